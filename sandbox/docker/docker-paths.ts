import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Where the parts of a Docker daemon lie; every path is absolute. */
export interface DockerPaths {
  readonly root: string;
  readonly socket: string;
  readonly data: string;
  readonly state: string;
  readonly pid: string;
  readonly settings: string;
  /** A folder with the settings of a docker client. */
  client(name: string): string;
}

export async function makeDockerPaths(): Promise<DockerPaths> {
  const root = await mkdtemp(path.join(tmpdir(), "slipway-docker-"));
  const at = (...parts: string[]) => path.join(root, ...parts);
  await Promise.all(["data", "state", "clients"].map((folder) => mkdir(at(folder))));
  return {
    root,
    socket: at("docker.sock"),
    data: at("data"),
    state: at("state"),
    pid: at("dockerd.pid"),
    settings: at("daemon.json"),
    client: (name) => at("clients", name),
  };
}
