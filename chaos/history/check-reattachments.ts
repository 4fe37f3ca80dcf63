import { quantile } from "../../bench/report/statistics.js";
import type { History } from "./history.js";
import type { Violation } from "./violation.js";

/** The promise: p99, from the start of the process. */
export const REATTACH_LIMIT_MS = 20_000;

/** Where p99 is over the limit, names each deployment that waited longer. */
export function checkReattachments({ reattachments, deployments }: History): readonly Violation[] {
  if (reattachments.length === 0) return [];
  const p99 = quantile(
    reattachments.map(({ milliseconds }) => milliseconds),
    0.99,
  );
  if (p99 <= REATTACH_LIMIT_MS) return [];
  return reattachments
    .filter(({ milliseconds }) => milliseconds > REATTACH_LIMIT_MS)
    .map(({ deployment, milliseconds }) => {
      const record = deployments.find(({ id }) => id === deployment);
      const detail = `followed again after ${Math.round(milliseconds)} ms`;
      const { environment = "?", sha = "?" } = record ?? {};
      return { kind: "slow-reattach", environment, sha, deployment, detail };
    });
}
