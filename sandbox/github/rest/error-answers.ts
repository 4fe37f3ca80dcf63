import { ApiProblem } from "../errors.js";
import type { Answer } from "./call.js";
import type { GitHubFault } from "./faults.js";
import { rateLimitHeaders } from "./rate-limit.js";

const documentation = "https://docs.github.com/rest";
const secondaryLimit =
  "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits";

export function problemAnswer(problem: ApiProblem): Answer {
  const { status, message, fields } = problem;
  const errors = fields.length === 0 ? {} : { errors: fields };
  return { status, body: { message, ...errors, documentation_url: documentation, status: String(status) } };
}

/** Whatever a route throws becomes an answer; only an ApiProblem is one that GitHub would give. */
export function failureAnswer(error: unknown): Answer {
  if (error instanceof ApiProblem) return problemAnswer(error);
  const message = error instanceof Error ? error.message : String(error);
  return problemAnswer(new ApiProblem(500, `The stand-in failed: ${message}`));
}

const messages: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Bad credentials",
  404: "Not Found",
  409: "Conflict",
  422: "Validation Failed",
};

/** A token that may not do this, as GitHub tells it. */
export function forbiddenAnswer(): Answer {
  return problemAnswer(new ApiProblem(403, "Resource not accessible by personal access token"));
}

/** The primary limit. @param reset seconds since the epoch */
export function limitAnswer(reset: number): Answer {
  const used = { limit: 5_000, used: 5_000, remaining: 0, reset };
  return {
    ...problemAnswer(new ApiProblem(403, "API rate limit exceeded for user ID 1.")),
    headers: rateLimitHeaders(used),
  };
}

/** The body that GitHub gives with a status: 403 and 429 are the secondary rate limit. */
export function faultAnswer(fault: Extract<GitHubFault, { readonly status: number }>): Answer {
  const { status } = fault;
  if (status !== 403 && status !== 429) {
    const message = messages[status] ?? (status >= 500 ? "Server Error" : "Error");
    return problemAnswer(new ApiProblem(status, message));
  }
  const retryAfter = fault.kind === "status" ? (fault.retryAfterSeconds ?? 1) : 1;
  return {
    status,
    body: {
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      documentation_url: secondaryLimit,
      status: String(status),
    },
    headers: { "retry-after": String(retryAfter) },
  };
}
