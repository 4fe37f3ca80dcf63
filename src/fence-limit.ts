/**
 * How far a fencing token may be ahead of the clocks, ms. Tokens follow Redis' clock (ADR 23); a year leaves room for
 * a clock that was wrong once, and none for a number that was never a token.
 */
export const FENCE_FURTHEST_AHEAD_MS = 366 * 24 * 3_600_000;
