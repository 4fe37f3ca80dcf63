import { RequestError } from "@octokit/request-error";
import { z } from "zod";
import { Sha } from "../deployments/release.js";
import type { GitHubClient } from "./client.js";
import { split } from "./split.js";

/** Files of a commit or a comparison that GitHub names at most. */
export const MAX_FILES = 300;

const Commit = z.object({
  sha: Sha,
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().optional() }).nullish(),
  }),
  /** GitHub knows no account for some authors, and answers an empty object for a deleted one. */
  author: z.object({ login: z.string().optional() }).nullish(),
});
export type GitHubCommit = z.output<typeof Commit>;

const File = z.object({
  filename: z.string(),
  previous_filename: z.string().optional(),
  status: z.string(),
  /** Of the blob after the change; of the one before where the file was removed. */
  sha: z.string().nullish(),
});
export type GitHubFile = z.output<typeof File>;

/** The part of GitHub's answer that is used. */
const ComparePage = z.object({
  status: z.enum(["ahead", "behind", "diverged", "identical"]),
  ahead_by: z.int().min(0),
  behind_by: z.int().min(0),
  total_commits: z.int().min(0),
  /** Oldest first. */
  commits: z.array(Commit),
  /** Since the commit that both sides share; only on the first page. */
  files: z.array(File).optional(),
});
export type ComparePage = z.output<typeof ComparePage>;

export interface PageRequest {
  readonly repository: string;
  /** `BASE...HEAD`: what HEAD has and BASE has not. */
  readonly basehead: string;
  readonly page: number;
  /** 100 at most. */
  readonly perPage: number;
}

/**
 * One page of a comparison.
 *
 * @returns undefined when GitHub does not have one of both sides, or they share no commit
 * @throws RequestError when GitHub does not answer; ZodError when it answers something else
 */
export async function comparePage(
  github: GitHubClient,
  { repository, basehead, page, perPage }: PageRequest,
): Promise<ComparePage | undefined> {
  const query = { ...split(repository), basehead, page, per_page: perPage };
  const answer = await absentWhenMissing(github.rest.repos.compareCommitsWithBasehead(query));
  return answer && ComparePage.parse(answer.data);
}

/** @throws RequestError when GitHub does not answer */
export async function hasCommit(github: GitHubClient, repository: string, sha: Sha): Promise<boolean> {
  const request = github.rest.git.getCommit({ ...split(repository), commit_sha: sha });
  return (await absentWhenMissing(request)) !== undefined;
}

async function absentWhenMissing<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    // 422 is GitHub's answer to a SHA that it does not have.
    if (error instanceof RequestError && (error.status === 404 || error.status === 422)) return undefined;
    throw error;
  }
}
