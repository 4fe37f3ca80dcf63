import { Redis } from "ioredis";
import type { Target } from "../../src/deployments/record.js";
import { HealthHistory } from "../../src/health/history-store.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Smaller than the shortest bucket of a picture, so that each has a look of its own. */
const EVERY_MS = 10 * MINUTE_MS;

/** Times before now, in minutes, between which the application was down. */
const OUTAGES = [
  [9 * 60, 8 * 60],
  [9 * 24 * 60, 9 * 24 * 60 - 90],
] as const;

/**
 * Thirty days of an application that is busy by day and fell twice, as Slipway would have kept them.
 * @param now milliseconds since the epoch
 */
export async function recordStory(redisUrl: string, target: Target, now: number): Promise<void> {
  const redis = new Redis(redisUrl);
  const history = new HealthHistory(redis);
  const looks = Array.from({ length: (30 * DAY_MS) / EVERY_MS }, (_, index) => {
    const ago = 30 * DAY_MS - index * EVERY_MS;
    const isDown = OUTAGES.some(([from, to]) => ago <= from * MINUTE_MS && ago > to * MINUTE_MS);
    const result = isDown ? { state: "down" as const } : { state: "up" as const, latencyMs: latency(ago) };
    return { at: now - ago, coversMs: EVERY_MS + MINUTE_MS, results: [{ check: "web", ...result }] };
  });
  // Sent one after the other on one connection: they arrive in their order.
  await Promise.all(looks.map((look) => history.record(target, look)));
  redis.disconnect();
}

/** Numbers that look like chance and are always the same. */
function latency(ago: number): number {
  const wave = Math.sin(((ago % DAY_MS) / DAY_MS) * 2 * Math.PI);
  const noise = Math.sin((ago / MINUTE_MS) * 12.9898) * 43_758.5453;
  return Math.round(140 + 60 * wave + 50 * (noise - Math.floor(noise)));
}
