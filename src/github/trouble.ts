import { RequestError } from "@octokit/request-error";
import { z } from "zod";
import type { GitHubTrouble } from "../deployments/github-trouble.js";
import type { GitHubClient } from "./client.js";
import { split } from "./split.js";

/** GitHub's hour, and some more: no limit lasts longer. Milliseconds. */
const LONGEST_MS = 24 * 3_600_000;

const Headers = z.object({
  /** Seconds from now. */
  "retry-after": z.coerce.number().optional().catch(undefined),
  "x-ratelimit-remaining": z.coerce.number().optional().catch(undefined),
  /** Seconds since the epoch. */
  "x-ratelimit-reset": z.coerce.number().optional().catch(undefined),
});

/** A secondary limit may come without any header; its body then names the page about limits. */
const LimitBody = z.object({ documentation_url: z.string().regex(/rate-limits/) });

interface Query {
  readonly repository: string;
  readonly signal?: AbortSignal;
}

/**
 * What GitHub's refusal means. 404 is also its answer for what is not in a repository, so the repository itself is
 * asked for. Never throws.
 *
 * @returns undefined where GitHub did not answer, or not with a refusal
 */
export async function troubleOf(
  github: GitHubClient,
  query: Query,
  error: unknown,
): Promise<GitHubTrouble | undefined> {
  if (!(error instanceof RequestError)) return undefined;
  if (error.status === 404) return (await seesRepository(github, query)) ? undefined : { kind: "unseen" };
  if (error.status === 401) return { kind: "token-refused" };
  if (error.status !== 403 && error.status !== 429) return undefined;
  return limitOf(error) ?? { kind: "not-allowed" };
}

/** False only where GitHub says that there is no such repository for this token. */
export async function seesRepository(github: GitHubClient, { repository, signal }: Query): Promise<boolean> {
  try {
    await github.rest.repos.get({ ...split(repository), ...(signal && { request: { signal } }) });
    return true;
  } catch (error) {
    return !(error instanceof RequestError && error.status === 404);
  }
}

function limitOf({ status, response }: RequestError): GitHubTrouble | undefined {
  const headers = Headers.parse(response?.headers ?? {});
  const now = Date.now();
  const after = headers["retry-after"];
  if (after !== undefined) return limitedUntil(now + after * 1000, now);
  const reset = headers["x-ratelimit-reset"];
  if (headers["x-ratelimit-remaining"] === 0) return limitedUntil((reset ?? Number.NaN) * 1000, now);
  const isLimit = status === 429 || LimitBody.safeParse(response?.data).success;
  return isLimit ? { kind: "rate-limited" } : undefined;
}

function limitedUntil(until: number, now: number): GitHubTrouble {
  const plausible = until >= now && until <= now + LONGEST_MS;
  return { kind: "rate-limited", ...(plausible && { until }) };
}
