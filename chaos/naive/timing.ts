import { z } from "zod";

const Timing = z.object({ NAIVE_LOCK_MS: z.coerce.number(), NAIVE_STALLED_CHECK_MS: z.coerce.number() });

/** As the bot's own workers have it. */
export function readTiming(env: Readonly<Record<string, string | undefined>>) {
  const { NAIVE_LOCK_MS, NAIVE_STALLED_CHECK_MS } = Timing.parse(env);
  return { lockDuration: NAIVE_LOCK_MS, stalledInterval: NAIVE_STALLED_CHECK_MS, maxStalledCount: 1_000 };
}

/** What tells the control's process. */
export function timingVariables(timing: {
  readonly lockSeconds: number;
  readonly stalledCheckSeconds: number;
}) {
  return {
    NAIVE_LOCK_MS: String(timing.lockSeconds * 1_000),
    NAIVE_STALLED_CHECK_MS: String(timing.stalledCheckSeconds * 1_000),
  };
}
