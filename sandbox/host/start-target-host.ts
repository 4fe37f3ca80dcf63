import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { addApp } from "./add-app.js";
import { findProgram } from "./find-program.js";
import { HostError } from "./host-error.js";
import { type HostPaths, makeHostPaths } from "./host-paths.js";
import { poll } from "./poll.js";
import { processesMarked, signal } from "./processes.js";
import { hostSearchPath, writeRestartScript } from "./restart-script.js";
import { type HostKey, makeSshKeys } from "./ssh-keys.js";
import { SshServer } from "./ssh-server.js";
import type { TargetHost } from "./types.js";

const address = "127.0.0.1";
const closeDeadlineMs = 10_000;
/** Set in every session on a host, to the host's directory. */
export const HOST_MARKER = "SLIPWAY_SANDBOX_HOST";

export interface TargetHostOptions {
  /** Part of the folder's name. @defaultValue `host` */
  readonly name?: string;
  /** Environment variables of every session besides the usual ones. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Starts a target host that is ready to be connected to. The caller closes it; where the caller is killed, sshd and
 * the apps end by themselves and only the folder stays.
 * @throws HostError when a program is missing or sshd does not start
 */
export async function startTargetHost(options: TargetHostOptions = {}): Promise<TargetHost> {
  const name = options.name ?? "host";
  const directory = await mkdtemp(path.join(tmpdir(), `slipway-${name}-`));
  const environment = { ...options.environment, ...sessionEnvironment(directory) };
  try {
    const paths = await makeHostPaths(directory);
    const [key] = await Promise.all([makeSshKeys(paths), writeRestartScript(paths, hostSearchPath())]);
    const server = new SshServer(paths, environment);
    await server.start();
    await writeFile(paths.knownHosts, `[${address}]:${server.port} ${key.publicKey}\n`);
    return targetHost({ name, paths, server, key, environment });
  } catch (error) {
    await clean(directory);
    throw error;
  }
}

interface HostParts {
  readonly name: string;
  readonly paths: HostPaths;
  readonly server: SshServer;
  readonly key: HostKey;
  readonly environment: Readonly<Record<string, string>>;
}

function targetHost({ name, paths, server, key, environment }: HostParts): TargetHost {
  const user = userInfo().username;
  const onExit = () => {
    killMarked(paths.root);
    rmSync(paths.root, { recursive: true, force: true });
  };
  process.once("exit", onExit);
  return {
    name,
    address,
    port: server.port,
    user,
    privateKeyPath: paths.clientKey,
    hostKeyFingerprint: key.fingerprint,
    knownHostsPath: paths.knownHosts,
    directory: paths.root,
    home: paths.home,
    sshArguments: sshArguments(paths, server.port, user),
    addApp: (app, cloneUrl) => addApp({ paths, environment }, app, cloneUrl),
    openConnections: () => server.openConnections(),
    sshdLog: () => server.log(),
    cutConnections: () => server.cutConnections(),
    stop: () => server.stop(),
    start: () => server.start(),
    close: async () => {
      await server.stop();
      await clean(paths.root);
      process.off("exit", onExit);
    },
  };
}

/** What a session on the host sees; `HOST_MARKER` lets `close` find all that was started in one, detached or not. */
function sessionEnvironment(directory: string): Record<string, string> {
  return {
    PATH: hostSearchPath(),
    HOME: path.join(directory, "home"),
    [HOST_MARKER]: directory,
    SLIPWAY_SANDBOX_OWNER: String(process.pid),
  };
}

function sshArguments(paths: HostPaths, port: number, user: string): string[] {
  const options = ["BatchMode=yes", "IdentitiesOnly=yes", `UserKnownHostsFile=${paths.knownHosts}`];
  const flags = ["-F", "none", "-i", paths.clientKey, "-p", String(port)];
  return [findProgram("ssh"), ...flags, ...options.flatMap((option) => ["-o", option]), `${user}@${address}`];
}

async function clean(directory: string): Promise<void> {
  // A process may be starting another one just now: look again until none is left.
  const gone = await poll(() => killMarked(directory) === 0, closeDeadlineMs);
  if (gone === undefined) throw new HostError(`processes of ${directory} do not end`);
  rmSync(directory, { recursive: true, force: true });
}

function killMarked(directory: string): number {
  const pids = processesMarked(HOST_MARKER, directory);
  for (const pid of pids) signal(pid, "SIGKILL");
  return pids.length;
}
