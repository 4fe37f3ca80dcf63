import type { DiscordLimits } from "./types.js";

/** Discord's own values, from its documentation. */
export const defaultLimits: DiscordLimits = {
  firstAnswerMs: 3_000,
  tokenMs: 15 * 60_000,
  nonceMs: 5 * 60_000,
  heartbeatIntervalMs: 41_250,
  identifyIntervalMs: 5_000,
  identifiesPerDay: 1_000,
  resumeMs: 3 * 60_000,
  globalPerSecond: 50,
  invalidPerTenMinutes: 10_000,
};
