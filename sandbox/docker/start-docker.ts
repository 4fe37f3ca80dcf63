import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { HostError } from "../host/host-error.js";
import { poll } from "../host/poll.js";
import { childrenOf, descendantsNamed, signal } from "../host/processes.js";
import { runProgram } from "../host/run-program.js";
import { type BoundChild, spawnBound } from "../host/spawn-bound.js";
import { buildImage } from "./build-image.js";
import { CLEANER, FIRST_PROCESS } from "./daemon-scripts.js";
import {
  type ComposeVersion,
  clientEnvironment,
  findDockerProgram,
  makeDockerClients,
} from "./docker-client.js";
import { type DockerPaths, makeDockerPaths } from "./docker-paths.js";

const startDeadlineMs = 30_000;

export interface DockerDaemon {
  /** Everything of the daemon lies below it. */
  readonly directory: string;
  /** Where it keeps images and containers. */
  readonly dataRoot: string;
  /** The name of the only image: a busybox. */
  readonly image: string;
  /** The process of the daemon itself. */
  readonly pid: number;
  /** Environment variables for the sessions of a host that has this Docker, and this version of Compose. */
  environment(compose: ComposeVersion): Readonly<Record<string, string>>;
  /**
   * Runs the docker client to its end.
   * @returns what it wrote to stdout, without the newline at the end
   * @throws HostError with its stderr when it fails
   */
  docker(...args: readonly string[]): Promise<string>;
  /** The daemon takes connections and answers none, until `resume`. Containers go on. */
  freeze(): void;
  resume(): void;
  /** Ends the daemon with everything in it, and removes its directory. */
  close(): Promise<void>;
}

/**
 * Starts a real dockerd of its own, without a network for containers but `none` and `host`. It ends with this process,
 * however that ends, and so do its containers, mounts and files.
 * @throws HostError when a program is missing, the user is not root, or dockerd does not start
 */
export async function startDocker(): Promise<DockerDaemon> {
  if (process.getuid?.() !== 0) throw new HostError("Only root can start dockerd.");
  const paths = await makeDockerPaths();
  const clean = startCleaner(paths);
  let namespace: BoundChild | undefined;
  try {
    await Promise.all([makeDockerClients(paths), writeFile(paths.settings, "{}\n")]);
    namespace = await spawnDaemon(paths);
    await waitUntilItAnswers(paths, namespace);
    const daemon = dockerDaemon(paths, namespace, clean);
    await buildImage(daemon.docker, path.join(paths.root, "image"), daemon.image);
    return daemon;
  } catch (error) {
    await Promise.all([namespace && end(namespace), clean()]);
    throw error;
  }
}

function dockerDaemon(paths: DockerPaths, namespace: BoundChild, clean: () => Promise<void>): DockerDaemon {
  const [pid] = childrenOf(namespace.pid).flatMap((first) => descendantsNamed(first, "dockerd"));
  if (pid === undefined) throw new HostError("dockerd has no process", namespace.output());
  return {
    directory: paths.root,
    dataRoot: paths.data,
    image: "slipway-busybox",
    pid,
    environment: (compose) => clientEnvironment(paths, compose),
    docker: (...args) => docker(paths, args),
    freeze: () => signal(pid, "SIGSTOP"),
    resume: () => signal(pid, "SIGCONT"),
    close: async () => {
      await Promise.all([end(namespace), clean()]);
    },
  };
}

function spawnDaemon(paths: DockerPaths): Promise<BoundChild> {
  const namespace = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const first = ["sh", "-c", FIRST_PROCESS, "first-process"];
  return spawnBound("unshare", [...namespace, "--", ...first, ...daemonCommand(paths)]);
}

function daemonCommand(paths: DockerPaths): readonly string[] {
  return [
    findDockerProgram("dockerd"),
    `--host=unix://${paths.socket}`,
    `--data-root=${paths.data}`,
    `--exec-root=${paths.state}`,
    `--pidfile=${paths.pid}`,
    `--config-file=${paths.settings}`,
    // Works on every file system; the image is small enough to be copied for each container.
    "--storage-driver=vfs",
    ...["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"],
    "--exec-opt=native.cgroupdriver=cgroupfs",
    `--cgroup-parent=/${path.basename(paths.root)}`,
  ];
}

async function waitUntilItAnswers(paths: DockerPaths, namespace: BoundChild): Promise<void> {
  const answers = () =>
    docker(paths, ["version"]).then(
      () => true,
      () => false,
    );
  const ready = await poll(async () => namespace.hasEnded() || (await answers()), startDeadlineMs);
  if (ready === undefined || namespace.hasEnded())
    throw new HostError("dockerd does not start", namespace.output());
}

/** With the first process of a namespace the kernel ends all others in it. */
async function end(namespace: BoundChild): Promise<void> {
  for (const first of childrenOf(namespace.pid)) signal(first, "SIGKILL");
  await namespace.ended;
}

function docker(paths: DockerPaths, args: readonly string[]): Promise<string> {
  const environment = { ...process.env, ...clientEnvironment(paths, "v2") };
  return runProgram([findDockerProgram("docker"), ...args], environment);
}

/** @returns what has it do its work, and waits for that */
function startCleaner(paths: DockerPaths): () => Promise<void> {
  const args = ["-c", CLEANER, "cleaner", paths.root, path.basename(paths.root)];
  // In a session of its own: a Ctrl-C in the terminal is not meant for it.
  const child = spawn("sh", args, { stdio: ["pipe", "ignore", "ignore"], detached: true });
  const exited = once(child, "exit");
  return async () => {
    child.stdin.end();
    await exited;
  };
}
