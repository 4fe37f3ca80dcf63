import { RequestError } from "@octokit/request-error";
import type { Logger } from "pino";
import { z } from "zod";
import type { RepositoryAnswer } from "../app/repositories.js";
import { RepositoryId } from "../repositories/known-repository.js";
import type { GitHubClient } from "./client.js";
import { split } from "./split.js";

const Answer = z.object({ id: RepositoryId, full_name: z.string() });

/**
 * Reads which repository has a name. After a rename GitHub sends the request on to the repository that had the name
 * before (301), and the answer names it as it is called now. Never throws.
 *
 * @param parts.github must ask by the name, never by an id that is known
 */
export async function readRepositoryId(
  { github, logger }: { readonly github: GitHubClient; readonly logger: Logger },
  fullName: string,
): Promise<RepositoryAnswer> {
  try {
    const { data } = await github.rest.repos.get({ ...split(fullName) });
    const { id, full_name: name } = Answer.parse(data);
    return { kind: "found", repository: { id, name } };
  } catch (error) {
    const status = error instanceof RequestError ? error.status : undefined;
    if (status === 404) return { kind: "unseen" };
    // A refused token says nothing of the repository.
    logger.warn({ err: error, repository: fullName }, "could not read the id of a repository on GitHub");
    return { kind: "unavailable" };
  }
}
