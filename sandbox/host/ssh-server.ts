import { mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { claimPort } from "./claim-port.js";
import { findProgram } from "./find-program.js";
import { HostError } from "./host-error.js";
import type { HostPaths } from "./host-paths.js";
import { poll } from "./poll.js";
import { childrenOf, descendantsNamed, isAlive, signal } from "./processes.js";
import { runProgram } from "./run-program.js";
import { type BoundChild, spawnBound } from "./spawn-bound.js";
import { sshdConfig } from "./sshd-config.js";

const startDeadlineMs = 10_000;
const portAttempts = 5;

/** One real sshd in the foreground, on a port that it keeps when it is stopped and started again. */
export class SshServer {
  readonly #paths: HostPaths;
  readonly #environment: Readonly<Record<string, string>>;
  #port = 0;
  #listener: BoundChild | undefined;
  #earlierLog = "";

  constructor(paths: HostPaths, environment: Readonly<Record<string, string>>) {
    this.#paths = paths;
    this.#environment = environment;
  }

  get port(): number {
    return this.#port;
  }

  log(): string {
    return this.#earlierLog + (this.#listener?.output() ?? "");
  }

  openConnections(): number {
    return this.#listener === undefined ? 0 : childrenOf(this.#listener.pid).length;
  }

  async start(): Promise<void> {
    if (this.#listener !== undefined) return;
    await makePrivilegeSeparationFolder();
    for (let attempt = 1; this.#listener === undefined; attempt++) {
      const port = this.#port === 0 ? await claimPort() : this.#port;
      const listener = await this.#spawn(port);
      if (await answers(listener, port)) {
        this.#listener = listener;
        this.#port = port;
      } else {
        await listener.end(0);
        if (attempt === portAttempts) throw new HostError("sshd does not start", listener.output());
      }
    }
  }

  async cutConnections(): Promise<void> {
    if (this.#listener !== undefined) await killAll(sshProcesses(this.#listener.pid));
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    if (listener === undefined) return;
    this.#listener = undefined;
    // A stopped listener takes no connection between the look at its children and its own end.
    signal(listener.pid, "SIGSTOP");
    const connections = sshProcesses(listener.pid);
    signal(listener.pid, "SIGKILL");
    await killAll(connections);
    await listener.ended;
    this.#earlierLog += listener.output();
  }

  async #spawn(port: number): Promise<BoundChild> {
    const sshd = findProgram("sshd");
    const settings = { paths: this.#paths, port, environment: this.#environment };
    // OpenSSH 9.8 and later shuts an address out for a while after failed logins; older ones do not know the word.
    await writeFile(
      this.#paths.sshdConfig,
      sshdConfig({ ...settings, extraLines: ["PerSourcePenalties no"] }),
    );
    const known = await runProgram([sshd, "-t", "-f", this.#paths.sshdConfig]).then(
      () => true,
      () => false,
    );
    if (!known) await writeFile(this.#paths.sshdConfig, sshdConfig({ ...settings, extraLines: [] }));
    return spawnBound(sshd, ["-D", "-e", "-f", this.#paths.sshdConfig]);
  }
}

/** sshd refuses to start as root without this folder, which the service's unit makes on a machine that runs it. */
async function makePrivilegeSeparationFolder(): Promise<void> {
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true, mode: 0o755 });
}

/** Waits for our own listener's word that it has the port: a banner alone may be another sshd's. */
async function answers(listener: BoundChild, port: number): Promise<boolean> {
  const listens = () => listener.output().includes(`listening on 127.0.0.1 port ${port}`);
  await poll(() => listener.hasEnded() || listens(), startDeadlineMs);
  return !listener.hasEnded() && listens() && (await readBanner(port)).startsWith("SSH-2.0-");
}

function readBanner(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: startDeadlineMs });
    const finish = (banner: string) => {
      socket.destroy();
      resolve(banner);
    };
    socket.setEncoding("utf8");
    socket.once("data", finish);
    socket.once("error", () => finish(""));
    socket.once("timeout", () => finish(""));
    socket.once("close", () => finish(""));
  });
}

/** The processes that serve connections, not the commands that run in them: those outlive a cut on a real host too. */
function sshProcesses(listener: number): number[] {
  return descendantsNamed(listener, "sshd");
}

async function killAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, "SIGKILL");
  const gone = await poll(() => !pids.some(isAlive), startDeadlineMs);
  if (gone === undefined) throw new HostError(`processes ${pids.join(", ")} do not end`);
}
