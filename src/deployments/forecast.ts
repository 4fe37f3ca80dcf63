import type { DeploymentRecord } from "./record.js";

const SAMPLE = 10;

/** Where a waiting deployment stands. */
export interface QueuePlace {
  /** 1 is next. */
  readonly position: number;
  /** When it should start: milliseconds since the epoch; absent without earlier runs to judge by. */
  readonly startsAt?: number;
}

/**
 * @param open the environment's deployments that are not final, oldest first
 * @param history finished and other deployments of the environment, newest first
 */
export function placeInQueue(
  record: DeploymentRecord,
  open: readonly DeploymentRecord[],
  history: readonly DeploymentRecord[],
  now: number,
): QueuePlace {
  const ahead = open.filter((other) => other.state === "queued" && other.number < record.number).length;
  const usual = usualDuration(history);
  if (usual === undefined) return { position: ahead + 1 };
  const running = open.find((other) => other.state === "running");
  const left = running === undefined ? 0 : Math.max(0, (running.startedAt ?? now) + usual - now);
  return { position: ahead + 1, startsAt: now + left + ahead * usual };
}

/** The median of the last successful runs, in milliseconds. */
function usualDuration(history: readonly DeploymentRecord[]): number | undefined {
  const durations = history
    .filter((record) => record.state === "succeeded")
    .slice(0, SAMPLE)
    .map((record) => (record.finishedAt ?? 0) - (record.startedAt ?? 0))
    .sort((a, b) => a - b);
  return durations[Math.floor(durations.length / 2)];
}
