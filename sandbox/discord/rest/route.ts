import type { UploadedFile } from "../messages/merge-attachments.js";

/** One REST request, parsed. */
export interface RestRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly files: readonly UploadedFile[];
}

export interface RestReply {
  readonly status: number;
  /** Sent as JSON; absent for 204. */
  readonly body?: unknown;
}

/** How often a route may be asked, per channel, guild or webhook. */
export interface Bucket {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Route {
  readonly method: string;
  /** Segments that start with a colon are parameters. */
  readonly path: string;
  /** `none`: the token in the path is the authority, and the global rate limit does not count it. */
  readonly auth: "bot" | "none";
  /** `none`: without any rate limit. */
  readonly bucket: Bucket | "none";
  readonly handle: (request: RestRequest) => RestReply;
}

/** Where Discord publishes no numbers: ten a second. */
export const defaultBucket: Bucket = { limit: 10, windowMs: 1_000 };

/** A parameter of the route's own path. */
export function param(request: RestRequest, name: string): string {
  const value = request.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}`);
  return value;
}

export function ok(body: unknown, status = 200): RestReply {
  return { status, body };
}

export const noContent: RestReply = { status: 204 };
