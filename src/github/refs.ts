import { RequestError } from "@octokit/request-error";
import type { Logger } from "pino";
import type { GitHubTrouble } from "../deployments/github-trouble.js";
import type { RefRefusal } from "../deployments/refusal.js";
import { type Release, Sha } from "../deployments/release.js";
import type { GitHubClient } from "./client.js";
import { isRefName } from "./ref-name.js";
import { split } from "./split.js";
import { seesRepository, troubleOf } from "./trouble.js";

const FULL_SHA = /^[0-9a-f]{40}$/;
/** git's own minimum is 4; 7 is what people copy. */
const SHORT_SHA = /^[0-9a-f]{7,39}$/;
const SIMILAR_SHOWN = 5;
/** A person waits for the answer: all requests together, retries included, get about this long. Milliseconds. */
const RESOLVE_LIMIT_MS = 6_000;

export type Resolved = { kind: "resolved"; release: Release } | { kind: "refused"; refusal: RefRefusal };

export interface RefsParts {
  readonly github: GitHubClient;
  readonly logger: Logger;
}

interface Repository {
  readonly owner: string;
  readonly repo: string;
}

/** What every request carries. */
interface Bounded extends Repository {
  readonly request: { readonly signal: AbortSignal };
}

/**
 * Resolves what a person typed to one commit, once. 40 hexadecimal digits are always a SHA, never a branch that
 * is called so; a name that is both a branch and a tag is refused until it is written `heads/…` or `tags/…`.
 */
export async function resolveRef(parts: RefsParts, fullName: string, ref: string): Promise<Resolved> {
  const signal = AbortSignal.timeout(RESOLVE_LIMIT_MS);
  const repository = { ...split(fullName), request: { signal } };
  const query = { repository: fullName, signal };
  try {
    const sha = await findSha(parts.github, repository, ref);
    if (sha.kind !== "found") {
      const refusal = sha.refusal(fullName);
      // Where nothing at all is found, the repository itself may be out of sight.
      if (refusal.code !== "unknown-ref" || refusal.similar.length > 0) return { kind: "refused", refusal };
      if (await seesRepository(parts.github, query)) return { kind: "refused", refusal };
      return { kind: "refused", refusal: unavailable(fullName, { kind: "unseen" }) };
    }
    return { kind: "resolved", release: await describe(parts.github, repository, ref, sha.sha) };
  } catch (error) {
    parts.logger.warn({ err: error, repository: fullName }, "GitHub did not resolve a ref");
    return { kind: "refused", refusal: unavailable(fullName, await troubleOf(parts.github, query, error)) };
  }
}

function unavailable(repository: string, why: GitHubTrouble | undefined): RefRefusal {
  return { code: "github-unavailable", repository, ...(why && { why }) };
}

type FoundSha =
  | { kind: "found"; sha: string }
  | { kind: "missing"; refusal: (repository: string) => RefRefusal };

async function findSha(github: GitHubClient, repository: Bounded, ref: string): Promise<FoundSha> {
  if (FULL_SHA.test(ref))
    return (await findCommit(github, repository, ref)) ?? unknown(github, repository, ref);
  if (!isRefName(ref)) return { kind: "missing", refusal: () => ({ code: "invalid-ref", ref }) };

  const qualified = /^(?:refs\/)?((?:heads|tags)\/.+)$/.exec(ref)?.[1];
  const names =
    qualified === undefined ? [`heads/${ref}`, `tags/${ref}`] : [qualified, `heads/${ref}`, `tags/${ref}`];
  const shas = await Promise.all(names.map((name) => readRef(github, repository, name)));
  const hits = names.flatMap((name, index) =>
    shas[index] === undefined ? [] : [{ name, sha: shas[index] }],
  );
  const [hit] = hits;
  if (hit !== undefined && new Set(hits.map((each) => each.sha)).size > 1 && qualified === undefined) {
    const candidates = hits.map((each) => each.name);
    return { kind: "missing", refusal: () => ({ code: "ambiguous-ref", ref, candidates }) };
  }
  if (hit !== undefined) return { kind: "found", sha: hit.sha };
  const commit = SHORT_SHA.test(ref) ? await findShort(github, repository, ref) : undefined;
  return commit ?? unknown(github, repository, ref);
}

/** Answers 404 for anything but a commit, so that a branch with a hexadecimal name is not taken for one. */
async function findCommit(
  github: GitHubClient,
  repository: Bounded,
  sha: string,
): Promise<FoundSha | undefined> {
  const answer = await absentWhenMissing(github.rest.git.getCommit({ ...repository, commit_sha: sha }));
  return answer && { kind: "found", sha: answer.data.sha };
}

async function findShort(
  github: GitHubClient,
  repository: Bounded,
  short: string,
): Promise<FoundSha | undefined> {
  const answer = await absentWhenMissing(github.rest.repos.getCommit({ ...repository, ref: short }));
  return answer?.data.sha.startsWith(short) ? { kind: "found", sha: answer.data.sha } : undefined;
}

/** An annotated tag is followed to its commit. */
async function readRef(github: GitHubClient, repository: Bounded, ref: string): Promise<string | undefined> {
  const answer = await absentWhenMissing(github.rest.git.getRef({ ...repository, ref }));
  if (answer === undefined || answer.data.ref !== `refs/${ref}`) return undefined;
  let { type, sha } = answer.data.object as { type: string; sha: string };
  while (type === "tag") {
    const tag = await github.rest.git.getTag({ ...repository, tag_sha: sha });
    ({ type, sha } = tag.data.object);
  }
  return type === "commit" ? sha : undefined;
}

async function describe(
  github: GitHubClient,
  repository: Bounded,
  ref: string,
  sha: string,
): Promise<Release> {
  const { data } = await github.rest.git.getCommit({ ...repository, commit_sha: sha });
  return {
    ...{ sha: Sha.parse(data.sha), ref, subject: firstLine(data.message), author: data.author.name },
    ...committedAt(data.committer.date),
  };
}

/** A part of a release; nothing for a time that cannot be read. */
export function committedAt(date: string): { readonly committedAt?: number } {
  const at = Date.parse(date);
  return Number.isNaN(at) ? {} : { committedAt: at };
}

/** A subject is kept in every record; nobody reads more of one. Characters. */
const MAX_SUBJECT = 1_000;

/** The first line of a commit message, which says what it does. */
export function firstLine(message: string): string {
  return (message.trimStart().split(/\r?\n/, 1)[0] ?? "").slice(0, MAX_SUBJECT);
}

async function unknown(github: GitHubClient, repository: Bounded, ref: string): Promise<FoundSha> {
  const similar = await similarRefs(github, repository, ref);
  return {
    kind: "missing",
    refusal: (fullName) => ({ code: "unknown-ref", ref, repository: fullName, similar }),
  };
}

/** Branches that share the first letters, to propose instead of what was not found. */
async function similarRefs(
  github: GitHubClient,
  repository: Bounded,
  ref: string,
): Promise<readonly string[]> {
  if (!isRefName(ref)) return [];
  for (const length of [ref.length, 3, 1]) {
    const start = ref.slice(0, length);
    if (!isRefName(start)) continue;
    const request = github.rest.git.listMatchingRefs({ ...repository, ref: `heads/${start}` });
    const data = (await absentWhenMissing(request))?.data ?? [];
    if (data.length > 0)
      return data.slice(0, SIMILAR_SHOWN).map((each) => each.ref.replace("refs/heads/", ""));
  }
  return [];
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
