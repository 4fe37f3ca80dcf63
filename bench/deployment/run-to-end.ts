import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Deployed } from "./subject.js";

/** A peer that takes longer hangs. Milliseconds. */
const LIMIT_MS = 60_000;
const KEPT_OUTPUT = 4_000;

export interface ToolCall {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a tool as a process of its own, from the start of the process to its end.
 * @throws Error with the end of its output when it fails
 */
export async function runToEnd({ argv, cwd, env }: ToolCall): Promise<Deployed> {
  const [program = "", ...args] = argv;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  const endWithUs = (): unknown => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // `exit`, not `close`: a connection that a tool keeps open for later holds its output open too.
  const [code] = await once(child, "exit");
  const finishedAt = performance.now();
  process.off("exit", endWithUs);
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
  return { startedAt, finishedAt };
}
