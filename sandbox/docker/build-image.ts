import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { findDockerProgram } from "./docker-client.js";

/** What the containers of tests call. */
const applets = ["cat", "echo", "false", "printf", "rm", "sh", "sleep", "test", "touch", "true"];

/**
 * Builds an image out of a static busybox and nothing else: there is no registry to pull from.
 * @param docker runs the docker client to its end
 */
export async function buildImage(
  docker: (...args: readonly string[]) => Promise<string>,
  folder: string,
  name: string,
): Promise<void> {
  const programs = path.join(folder, "bin");
  await mkdir(programs, { recursive: true });
  await copyFile(findDockerProgram("busybox"), path.join(programs, "busybox"));
  await Promise.all(applets.map((applet) => symlink("busybox", path.join(programs, applet))));
  await writeFile(path.join(folder, "Dockerfile"), "FROM scratch\nCOPY bin /bin\n");
  await docker("build", "--quiet", "--tag", name, folder);
}
