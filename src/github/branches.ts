import { RequestError } from "@octokit/request-error";
import type { Logger } from "pino";
import type { BranchHead, Relation } from "../app/ports.js";
import { type Release, Sha } from "../deployments/release.js";
import type { GitHubClient } from "./client.js";
import { committedAt, firstLine } from "./refs.js";
import { split } from "./split.js";

export interface BranchParts {
  readonly github: GitHubClient;
  readonly logger: Logger;
}

/** Reads the commit that a branch points to now. Never throws. */
export async function readBranchHead(
  { github, logger }: BranchParts,
  repository: string,
  branch: string,
): Promise<BranchHead> {
  try {
    const { data } = await github.rest.git.getRef({ ...split(repository), ref: `heads/${branch}` });
    // Of a name that does not exist, some versions answer those that begin with it.
    if (data.ref !== `refs/heads/${branch}`) return { kind: "missing" };
    return { kind: "head", sha: Sha.parse(data.object.sha) };
  } catch (error) {
    // 409 is the answer of an empty repository.
    if (statusOf(error) === 409) return { kind: "missing" };
    if (statusOf(error) === 404) return missingOrUnseen({ github, logger }, repository);
    return notRead({ github, logger }, repository, error);
  }
}

/** 404 is also the answer for a repository that the token may not read. */
async function missingOrUnseen(parts: BranchParts, repository: string): Promise<BranchHead> {
  try {
    await parts.github.rest.repos.get({ ...split(repository) });
    return { kind: "missing" };
  } catch (error) {
    return notRead(parts, repository, error);
  }
}

function notRead({ logger }: BranchParts, repository: string, error: unknown): BranchHead {
  const status = statusOf(error);
  if (status === 404 || status === 401) return { kind: "unseen" };
  logger.warn({ err: error, repository }, "could not read a branch on GitHub");
  return { kind: "unavailable" };
}

/** How `head` stands to `base`. Never throws: what GitHub does not say is `unknown`. */
export async function relateCommits(
  { github, logger }: BranchParts,
  repository: string,
  base: Sha,
  head: Sha,
): Promise<Relation> {
  if (base === head) return "identical";
  try {
    const basehead = `${base}...${head}`;
    const query = { ...split(repository), basehead, page: 1, per_page: 1 };
    return (await github.rest.repos.compareCommitsWithBasehead(query)).data.status;
  } catch (error) {
    logger.info({ err: error, repository, base, head }, "could not compare two commits on GitHub");
    return "unknown";
  }
}

/** @throws RequestError when GitHub does not answer */
export async function readBranchRelease(
  { github }: BranchParts,
  repository: string,
  branch: string,
  sha: Sha,
): Promise<Release> {
  const { data } = await github.rest.git.getCommit({ ...split(repository), commit_sha: sha });
  const { message, author, committer } = data;
  return {
    ...{ sha, ref: branch, subject: firstLine(message), author: author.name },
    ...committedAt(committer.date),
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof RequestError ? error.status : undefined;
}
