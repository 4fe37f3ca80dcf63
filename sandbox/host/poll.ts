import { setTimeout as delay } from "node:timers/promises";

/**
 * Asks `condition` every 10 ms until it answers something other than `undefined` or `false`.
 * @returns that answer, or `undefined` once `deadlineMs` is over
 */
export async function poll<T>(
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs: number,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= end) return undefined;
    await delay(10);
  }
}
