import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

const SAMPLE_MS = 250;
/** So many samples without growth count as settled. */
const QUIET_SAMPLES = 8;
const LIMIT_MS = 15_000;
/** Less than this is noise. Megabytes. */
const GROWTH = 0.5;

/**
 * Resident set of a process.
 * @throws Error with `code` when the process is gone
 */
export function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? Number.NaN) / 1024;
}

/** Waits until the resident set has not grown for 2 s, at most 15 s. */
export async function settledMegabytes(pid: number): Promise<number> {
  const end = performance.now() + LIMIT_MS;
  let highest = residentMegabytes(pid);
  for (let quiet = 0; quiet < QUIET_SAMPLES && performance.now() < end; ) {
    await pause(SAMPLE_MS);
    const now = residentMegabytes(pid);
    quiet = now > highest + GROWTH ? 0 : quiet + 1;
    highest = Math.max(highest, now);
  }
  return residentMegabytes(pid);
}
