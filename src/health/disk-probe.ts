import type { DiskCheck } from "../config/health-checks.js";
import type { FreeSpace } from "../config/health-schema.js";
import type { ProbeReason } from "../deployments/probe-reason.js";
import type { Finding } from "./probe-result.js";
import { type RemoteProbeParts, runOnHost } from "./run-on-host.js";

/** Far longer than the names of a device and a mount point. */
const LONGEST_LINE = 10_000;

/** In kilobytes; `available` is what a plain user may still write. */
export interface DiskSpace {
  readonly used: number;
  readonly available: number;
}

export async function probeDisk(
  { host, path, minimumFree, timeout }: DiskCheck,
  parts: RemoteProbeParts,
  signal: AbortSignal,
): Promise<Finding> {
  const command = {
    argv: ["df", "-Pk", "--", path],
    timeoutSeconds: timeout,
    environment: { LC_ALL: "C" },
  } as const;
  const { text, ...found } = await runOnHost(parts, host, command, signal);
  if (found.reason !== undefined) return found;
  const space = parseDf(text);
  const reason = space === undefined ? { code: "unreadable" as const } : judgeSpace(space, path, minimumFree);
  return reason === undefined ? {} : { ...found, reason };
}

/** Reads what `df -Pk` prints for one path: POSIX fixes its columns (IEEE 1003.1, df, STDOUT). */
export function parseDf(output: string): DiskSpace | undefined {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  const columns = /\s\d+\s+(\d+)\s+(-?\d+)\s+\d+%\s+\//.exec(line.slice(0, LONGEST_LINE));
  if (columns === null) return undefined;
  const [, used, available] = columns;
  return { used: Number(used), available: Math.max(0, Number(available)) };
}

/** What `df` calls capacity counts neither blocks that only root may write; this counts in the same way. */
export function judgeSpace(
  { used, available }: DiskSpace,
  path: string,
  minimum: FreeSpace,
): ProbeReason | undefined {
  const whole = used + available;
  if ("percent" in minimum) {
    const { percent } = minimum;
    if (whole === 0 || available * 100 >= percent * whole) return undefined;
    const free = Math.floor((available * 100) / whole);
    return { code: "disk-low", path, free, minimum: percent, unit: "percent" };
  }
  const free = Math.floor(available / 1024);
  if (free >= minimum.megabytes) return undefined;
  return { code: "disk-low", path, free, minimum: minimum.megabytes, unit: "megabytes" };
}
