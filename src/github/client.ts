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
  /**
   * The id by which a repository is asked for, where its name may lead to another one. GitHub itself sends on to these
   * addresses whoever uses the name that a repository had before. @defaultValue the name is used
   */
  readonly idInsteadOfName?: (fullName: string) => Promise<number | undefined>;
}

export type GitHubClient = Octokit;

/** The plugin's own list, and 429: to ask at once again what is limited makes the limit longer. */
const NOT_AGAIN = [400, 401, 403, 404, 410, 422, 429, 451];

/** GitHub's REST API. Temporary faults are tried twice more before they are thrown. */
export function createGitHubClient({ apiUrl, token, logger, idInsteadOfName }: GitHubOptions): GitHubClient {
  const octokit = new (Octokit.plugin(retry))({
    baseUrl: apiUrl,
    userAgent: "slipway",
    ...(token && { auth: token.reveal() }),
    retry: { retries: 2, retryAfterBaseValue: RETRY_BASE_MS, doNotRetry: NOT_AGAIN },
    log: {
      debug: (text: string) => logger.trace(text),
      info: (text: string) => logger.trace(text),
      warn: (text: string) => logger.debug(text),
      error: (text: string) => logger.debug(text),
    },
  });
  octokit.hook.before("request", async (options) => {
    await replaceName(options, idInsteadOfName);
    options.request = {
      ...options.request,
      signal: options.request?.signal ?? AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    };
  });
  return octokit;
}

const BY_NAME = "/repos/{owner}/{repo}";

async function replaceName(
  options: { url: string; [parameter: string]: unknown },
  idOf: GitHubOptions["idInsteadOfName"],
): Promise<void> {
  const { owner, repo, url } = options;
  if (idOf === undefined || !url.startsWith(BY_NAME)) return;
  const id = await idOf(`${owner}/${repo}`);
  if (id === undefined) return;
  options.url = `/repositories/{repository_id}${url.slice(BY_NAME.length)}`;
  options["repository_id"] = id;
  // What the address does not name would become a part of the query.
  delete options["owner"];
  delete options["repo"];
}
