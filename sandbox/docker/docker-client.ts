import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { findOptionalProgram, isExecutable } from "../host/find-program.js";
import { HostError } from "../host/host-error.js";
import type { DockerPaths } from "./docker-paths.js";

/** `v1` is the program `docker-compose` 1.x, `v2` the plugin of `docker`. */
export type ComposeVersion = "v1" | "v2";

export const COMPOSE_VERSIONS: readonly ComposeVersion[] = ["v1", "v2"];

/** Where docker looks for plugins besides its settings (cli/cli-plugins/manager of docker/cli). */
const pluginFolders = [
  "/usr/local/lib/docker/cli-plugins",
  "/usr/local/libexec/docker/cli-plugins",
  "/usr/lib/docker/cli-plugins",
  "/usr/libexec/docker/cli-plugins",
];

/** Prepares the settings of a docker client for each version of Compose. */
export async function makeDockerClients(paths: DockerPaths): Promise<void> {
  for (const version of COMPOSE_VERSIONS) {
    const plugin = path.join(paths.client(version), "cli-plugins", "docker-compose");
    await mkdir(path.dirname(plugin), { recursive: true });
    if (version === "v2") await symlink(findComposePlugin(), plugin);
    else await hidePlugin(plugin);
  }
}

/** Environment variables with which docker and Compose reach the daemon, and no other. */
export function clientEnvironment(paths: DockerPaths, version: ComposeVersion): Record<string, string> {
  return { DOCKER_HOST: `unix://${paths.socket}`, DOCKER_CONFIG: paths.client(version) };
}

/** The first plugin of a name counts; where that is none, docker knows no such command, as on a host without v2. */
async function hidePlugin(file: string): Promise<void> {
  await writeFile(file, "#!/bin/sh\nexit 1\n");
  await chmod(file, 0o755);
}

function findComposePlugin(): string {
  const own = path.join(process.env["HOME"] ?? "/", ".docker", "cli-plugins");
  const found = [own, ...pluginFolders]
    .map((folder) => path.join(folder, "docker-compose"))
    .find(isExecutable);
  if (found !== undefined) return found;
  throw new HostError("Compose v2 is not on this machine: run scripts/install-requirements.sh --docker");
}

/** @throws HostError that names the script that installs it */
export function findDockerProgram(name: string): string {
  const found = findOptionalProgram(name);
  if (found !== undefined) return found;
  throw new HostError(`${name} is not on this machine: run scripts/install-requirements.sh --docker`);
}
