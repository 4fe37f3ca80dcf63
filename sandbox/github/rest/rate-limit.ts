export interface RateLimitState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

export interface RateLimit {
  /** @returns false when nothing was left to spend */
  spend(): boolean;
  /** GitHub does not count a request that it answers with 304. */
  giveBack(): void;
  state(): RateLimitState;
}

const hourMs = 3_600_000;

/** GitHub's primary limit: so many requests an hour, counted from the first one. */
export function createRateLimit(limit: number): RateLimit {
  let used = 0;
  let resetAt = Date.now() + hourMs;
  const startAnewWhenDue = (): void => {
    if (Date.now() < resetAt) return;
    used = 0;
    resetAt = Date.now() + hourMs;
  };

  return {
    spend() {
      startAnewWhenDue();
      if (used >= limit) return false;
      used += 1;
      return true;
    },
    giveBack() {
      used = Math.max(0, used - 1);
    },
    state() {
      startAnewWhenDue();
      return { limit, used, remaining: limit - used, reset: Math.ceil(resetAt / 1000) };
    },
  };
}

export function rateLimitHeaders(state: RateLimitState): Readonly<Record<string, string>> {
  return {
    "x-ratelimit-limit": String(state.limit),
    "x-ratelimit-remaining": String(state.remaining),
    "x-ratelimit-used": String(state.used),
    "x-ratelimit-reset": String(state.reset),
    "x-ratelimit-resource": "core",
  };
}
