import { retry } from "@octokit/plugin-retry";
import { Octokit } from "@octokit/rest";
import type { Logger } from "pino";
import type { Secret } from "../secret.js";

/** One request may take this long before it counts as failed. Milliseconds. */
const REQUEST_TIMEOUT_MS = 8_000;

/** The first retry comes after this time, the second after four times as long. Milliseconds. */
const RETRY_BASE_MS = 250;

export interface GitHubOptions {
  readonly apiUrl: string;
  /** Without one, only public repositories can be read, 60 times an hour. */
  readonly token: Secret | undefined;
  readonly logger: Logger;
}

export type GitHubClient = Octokit;

/** GitHub's REST API. Temporary faults are tried twice more before they are thrown. */
export function createGitHubClient({ apiUrl, token, logger }: GitHubOptions): GitHubClient {
  const octokit = new (Octokit.plugin(retry))({
    baseUrl: apiUrl,
    userAgent: "slipway",
    ...(token && { auth: token.reveal() }),
    retry: { retries: 2, retryAfterBaseValue: RETRY_BASE_MS },
    log: {
      debug: (text: string) => logger.trace(text),
      info: (text: string) => logger.trace(text),
      warn: (text: string) => logger.debug(text),
      error: (text: string) => logger.debug(text),
    },
  });
  octokit.hook.before("request", (options) => {
    options.request = {
      ...options.request,
      signal: options.request?.signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    };
  });
  return octokit;
}
