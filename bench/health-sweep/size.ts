export const PROBES = 1_000;

/** How long the slow ones take to answer. */
export const SLOW_MS = 3_000;

/** The places of the slow ones among all. */
export const SLOW_AT: ReadonlySet<number> = new Set([125, 375, 625, 875]);
