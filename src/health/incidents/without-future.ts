import type { EnvironmentHealth } from "./board.js";
import type { Watched } from "./watched.js";

/** What is noted for so much later was noted by a clock that was ahead, as in the history. Milliseconds. */
const LATE_MS = 3_600_000;

/**
 * What is known of an environment without what a clock noted that was ahead: else nothing would count until that time
 * has really come. The very same where all is plausible.
 * @param at by the clock that counts now
 */
export function withoutFuture(
  health: EnvironmentHealth,
  { monitor }: Watched,
  at: number,
): EnvironmentHealth {
  const isFuture = (moment = at) => moment > at + LATE_MS;
  const { whileDown, confirm, bake } = monitor;
  const longestWait = Math.max(whileDown, confirm.over, bake.every) * 1000;
  const { lastAt, lastGoodAt, run, suspended, ended, flaps, nextProbeAt, heardAt, resolvedAt } = health;
  const moot: Partial<EnvironmentHealth> = {
    ...((isFuture(lastAt) || isFuture(run?.since)) && {
      ...{ lastAt: undefined, lastEndedAt: undefined, run: undefined, silentAt: undefined, blind: undefined },
    }),
    ...((isFuture(heardAt) || isFuture(resolvedAt)) && { heardAt: undefined, resolvedAt: undefined }),
    ...(isFuture(lastGoodAt) && { lastGoodAt: undefined }),
    ...(suspended && isFuture(suspended.since) && { suspended: { ...suspended, since: at } }),
    // Whatever its bake period was, nobody knows when it ends.
    ...(ended && isFuture(ended.at) && { ended: { ...ended, at }, bake: undefined }),
    ...(flaps && isFuture(flaps.recoveredAt) && { flaps: { count: flaps.count } }),
    ...(isFuture((nextProbeAt ?? at) - longestWait) && { nextProbeAt: undefined }),
  };
  return Object.keys(moot).length === 0 ? health : { ...health, ...moot };
}
