import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const STOP_LIMIT_MS = 5_000;
const KEPT_LINES = 100;

export interface NodeProcessOptions {
  /** Words after `node`. */
  readonly args: readonly string[];
  /** Beside PATH, all that it sees. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A peer that runs as a process of its own and ends with this one. */
export interface NodeProcess {
  readonly pid: number;
  hasEnded(): boolean;
  /** The last 100 lines that it printed. */
  output(): string;
  /**
   * Waits for the first line that starts so.
   * @returns that line
   * @throws Error with the output when the process ends before, or takes too long
   */
  waitForLine(start: string, limitMs: number): Promise<string>;
  /** SIGTERM, then SIGKILL when it does not end by itself. */
  stop(): Promise<void>;
}

export function spawnNode({ args, env }: NodeProcessOptions): NodeProcess {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): unknown => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => process.off("exit", kill));

  const printed: string[] = [];
  const listeners = new Set<(line: string) => void>();
  const take = (line: string): void => {
    printed.push(line);
    if (printed.length > KEPT_LINES) printed.shift();
    for (const listener of listeners) listener(line);
  };
  createInterface({ input: child.stdout }).on("line", take);
  createInterface({ input: child.stderr }).on("line", take);

  return {
    pid: child.pid ?? 0,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    output: () => printed.join("\n"),
    async waitForLine(wanted, limitMs) {
      let timer: NodeJS.Timeout | undefined;
      const seen = new Promise<string>((resolve) => {
        const look = (line: string): void => {
          if (line.startsWith(wanted)) resolve(line);
        };
        printed.forEach(look);
        listeners.add(look);
      });
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, limitMs, undefined);
      });
      const line = await Promise.race([seen, late, ended.then(() => undefined)]);
      clearTimeout(timer);
      listeners.clear();
      if (line !== undefined) return line;
      throw new Error(`node ${args.join(" ")} does not start:\n${printed.join("\n")}`);
    },
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(kill, STOP_LIMIT_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}
