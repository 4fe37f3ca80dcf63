import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { repositoryRoot } from "./repository-root.js";

/** Always the compiled bot, also when the sandbox itself runs from its sources in a test. */
const MAIN = join(repositoryRoot(), "dist/src/main.js");
const KEPT_LINES = 20_000;
const STOP_LIMIT_MS = 12_000;

/** One line of the bot's structured log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface BotProcessOptions {
  /** Beside PATH and HOME, all that the bot sees. */
  readonly env: Readonly<Record<string, string>>;
  /** Words after `slipway`. @defaultValue `start` */
  readonly args?: readonly string[];
  /** Another compiled program that logs as the bot does. @defaultValue the bot */
  readonly program?: string;
}

/** The unmodified bot, as a process of its own. */
export interface BotProcess {
  readonly pid: number;
  readonly lines: readonly LogLine[];
  /** Everything that was printed, for error messages and searches. */
  output(): string;
  /** Resolves with the first line, printed before or later, that the predicate accepts. */
  waitForLine(predicate: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  /** Called with every line from now on. */
  onLine(listener: (line: LogLine) => void): void;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, then SIGKILL when it does not end by itself. */
  stop(): Promise<number | null>;
}

/** Starts the compiled bot. */
export function startBotProcess({ env, args = ["start"], program = MAIN }: BotProcessOptions): BotProcess {
  const home = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/" };
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...home, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const endWithUs = (): unknown => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("close", () => process.off("exit", endWithUs));
  return new ObservedProcess(child);
}

type ChildProcess = ChildProcessByStdio<null, Readable, Readable>;

class ObservedProcess implements BotProcess {
  readonly lines: LogLine[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #printed: string[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();

  constructor(child: ChildProcess) {
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (text) => this.#take(text));
    createInterface({ input: child.stderr }).on("line", (text) => this.#printed.push(text));
    this.exited = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  output(): string {
    return this.#printed.join("\n");
  }

  async waitForLine(predicate: (line: LogLine) => boolean, timeoutMs = 45_000): Promise<LogLine> {
    const known = this.lines.find(predicate);
    if (known !== undefined) return known;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
      };
      const fail = (why: string): void => {
        stop();
        reject(new Error(`${why}. The bot printed:\n${this.#printed.slice(-40).join("\n")}`));
      };
      const listener = (line: LogLine): void => {
        if (!predicate(line)) return;
        stop();
        resolve(line);
      };
      const timer = setTimeout(() => fail(`no such log line within ${timeoutMs} ms`), timeoutMs);
      this.#listeners.add(listener);
      void this.exited.then((code) => fail(`the bot exited with ${code}`));
    });
  }

  onLine(listener: (line: LogLine) => void): void {
    this.#listeners.add(listener);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<number | null> {
    this.signal("SIGTERM");
    const timer = setTimeout(() => this.signal("SIGKILL"), STOP_LIMIT_MS);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  #take(text: string): void {
    this.#printed.push(text);
    const line = parseLine(text);
    if (line === undefined) return;
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const listener of this.#listeners) listener(line);
  }
}

function parseLine(text: string): LogLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === "object" && line !== null && "msg" in line ? (line as LogLine) : undefined;
  } catch {
    return undefined;
  }
}
