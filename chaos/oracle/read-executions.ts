import { readFile } from "node:fs/promises";
import type { Execution } from "../history/history.js";

const LINE = /^(begin|touch|end) (\S+) ([0-9a-f]{40}) (\S+) (\d+) (-|[0-9a-f]{24})$/;

const PHASES = ["begin", "touch", "end"] as const;

/** @throws Error on a line that no step can have written: the oracle itself is broken then */
export async function readExecutions(file: string): Promise<readonly Execution[]> {
  const text = await readFile(file, "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map(parseExecution);
}

function parseExecution(line: string): Execution {
  const [, word, environment, sha, step, pid, deployment] = LINE.exec(line) ?? [];
  const phase = PHASES.find((known) => known === word);
  if (phase === undefined || environment === undefined || sha === undefined || step === undefined) {
    throw new Error(`The execution log holds a line that no step wrote: ${JSON.stringify(line)}`);
  }
  return { phase, environment, sha, step, pid: Number(pid), ...(deployment !== "-" && { deployment }) };
}
