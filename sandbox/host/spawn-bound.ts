import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { findOptionalProgram } from "./find-program.js";
import { isAlive, signal } from "./processes.js";

const keptOutput = 64 * 1024;

export interface BoundChild {
  readonly pid: number;
  /** The last 64 KiB of what it wrote to stdout and stderr. */
  output(): string;
  hasEnded(): boolean;
  /** Resolves when the process is gone, however it ended. */
  readonly ended: Promise<void>;
  /** Sends SIGTERM, and SIGKILL where that has not helped after `graceMs`. Resolves when the process is gone. */
  end(graceMs: number): Promise<void>;
}

/**
 * Starts a program that ends with this process, even where this process is killed and can clean nothing up.
 * @throws Error with `code` from `spawn` when the program cannot be started
 */
export async function spawnBound(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<BoundChild> {
  const setpriv = findOptionalProgram("setpriv");
  const argv = [program, ...args];
  const bound = setpriv === undefined ? argv : [setpriv, "--pdeathsig", "KILL", "--", ...argv];
  const [command = program, ...rest] = bound;
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"], env: environment });
  const output = collectOutput(child);
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  await once(child, "spawn");
  return boundChild(child, output, ended);
}

function boundChild(child: ChildProcess, output: () => string, ended: Promise<void>): BoundChild {
  const pid = child.pid ?? 0;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (graceMs: number): Promise<void> => {
    if (!hasEnded()) {
      // A stopped process does not see SIGTERM before it continues.
      signal(pid, "SIGCONT");
      signal(pid, "SIGTERM");
    }
    const timer = setTimeout(() => isAlive(pid) && signal(pid, "SIGKILL"), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return { pid, output, hasEnded, ended, end };
}

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  const add = (chunk: string) => {
    text = (text + chunk).slice(-keptOutput);
  };
  child.stdout?.setEncoding("utf8").on("data", add);
  child.stderr?.setEncoding("utf8").on("data", add);
  return () => text;
}
