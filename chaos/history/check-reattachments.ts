import { quantile } from "../../bench/report/statistics.js";
import type { History, Reattachment } from "./history.js";
import type { Violation } from "./violation.js";

/** The promise: p99, from the start of the process. */
export const REATTACH_LIMIT_MS = 20_000;
/** So many strikes interrupt something. */
const TELLING_RESTARTS = 10;

/** Where p99 is over the limit, names each deployment that waited longer; one that was never followed is named always. */
export function checkReattachments(history: History): readonly Violation[] {
  const { reattachments, deployments, restarts = 0 } = history;
  if (reattachments.length === 0) return restarts < TELLING_RESTARTS ? [] : [neverReattached(restarts)];
  return tooSlow(reattachments).map(({ deployment, milliseconds }) => {
    const record = deployments.find(({ id }) => id === deployment);
    const detail = Number.isFinite(milliseconds)
      ? `followed again after ${Math.round(milliseconds)} ms`
      : `not followed again within ${REATTACH_LIMIT_MS} ms`;
    const { environment = "?", sha = "?" } = record ?? {};
    return { kind: "slow-reattach", environment, sha, deployment, detail };
  });
}

function tooSlow(reattachments: readonly Reattachment[]): readonly Reattachment[] {
  const times = reattachments.map(({ milliseconds }) => milliseconds);
  const limit = quantile(times, 0.99) > REATTACH_LIMIT_MS ? REATTACH_LIMIT_MS : Number.MAX_VALUE;
  return reattachments.filter(({ milliseconds }) => milliseconds > limit);
}

function neverReattached(restarts: number): Violation {
  const detail = `nothing was followed again after ${restarts} restarts`;
  return { kind: "no-reattach", environment: "?", sha: "?", detail };
}
