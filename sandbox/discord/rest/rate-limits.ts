import { createHash } from "node:crypto";
import type { Bucket } from "./route.js";

export type RateLimitHeaders = Readonly<Record<string, string>>;

/** The outcome of one request against a limit. */
export interface Allowance {
  readonly headers: RateLimitHeaders;
  /** Present when the request must be refused. */
  readonly refused?: { readonly retryAfterSeconds: number; readonly scope: "user" | "global" };
}

interface Window {
  used: number;
  /** Milliseconds since the epoch. */
  resetAt: number;
}

interface RateLimitOptions {
  readonly now: () => number;
  readonly globalPerSecond: number;
}

/**
 * Discord's rate limits: one window per route and major parameter, and one over all routes. The numbers of the
 * message routes are those that Discord sends in its headers.
 */
export class RateLimits {
  readonly #options: RateLimitOptions;
  readonly #windows = new Map<string, Window>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /** Counts a request against the limit over all routes. */
  takeGlobal(): Allowance {
    const bucket = { limit: this.#options.globalPerSecond, windowMs: 1_000 };
    const window = this.#window("global", bucket);
    if (window.used < bucket.limit) {
      window.used++;
      return { headers: {} };
    }
    const retryAfterSeconds = this.#secondsLeft(window);
    return { headers: { "X-RateLimit-Global": "true" }, refused: { retryAfterSeconds, scope: "global" } };
  }

  /**
   * Counts a request against its route's limit.
   *
   * @param route - method and path pattern
   * @param major - the channel, guild or webhook that it is about
   */
  takeRoute(route: string, major: string, bucket: Bucket): Allowance {
    const window = this.#window(`${route} ${major}`, bucket);
    const isRefused = window.used >= bucket.limit;
    if (!isRefused) window.used++;
    const secondsLeft = this.#secondsLeft(window);
    const headers = {
      "X-RateLimit-Limit": String(bucket.limit),
      "X-RateLimit-Remaining": String(bucket.limit - window.used),
      "X-RateLimit-Reset": (window.resetAt / 1_000).toFixed(3),
      "X-RateLimit-Reset-After": secondsLeft.toFixed(3),
      "X-RateLimit-Bucket": bucketHash(route),
    };
    return isRefused ? { headers, refused: { retryAfterSeconds: secondsLeft, scope: "user" } } : { headers };
  }

  #window(key: string, bucket: Bucket): Window {
    const now = this.#options.now();
    const known = this.#windows.get(key);
    if (known && known.resetAt > now) return known;
    const fresh = { used: 0, resetAt: now + bucket.windowMs };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #secondsLeft(window: Window): number {
    return (window.resetAt - this.#options.now()) / 1_000;
  }
}

/** Discord's bucket names are opaque; equal routes have equal ones. */
export function bucketHash(route: string): string {
  return createHash("sha1").update(route).digest("hex").slice(0, 32);
}
