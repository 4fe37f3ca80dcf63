import type { Logger } from "pino";
import type { GitHubClient } from "./client.js";
import { isRefName } from "./ref-name.js";
import { firstLine } from "./refs.js";
import { split } from "./split.js";

/** Discord shows an empty list after 3 s; people wait less. Milliseconds. */
const LIMIT_MS = 800;
const FRESH_MS = 15_000;
const MAX_CACHED = 500;
const RECENT_COMMITS = 10;

export interface RefSuggestion {
  /** What the deployment is asked for: a branch, a tag or a full SHA. */
  readonly ref: string;
  readonly kind: "branch" | "tag" | "commit";
  /** First line of the message, for a commit. */
  readonly subject?: string;
}

interface Parts {
  readonly github: GitHubClient;
  readonly logger: Logger;
  readonly limitMs?: number;
}

/** Proposes refs while they are typed: branches and tags that start so, and recent commits. */
export class RefSuggestions {
  readonly #github: GitHubClient;
  readonly #logger: Logger;
  readonly #limitMs: number;
  readonly #cache = new Map<string, { at: number; suggestions: Promise<readonly RefSuggestion[]> }>();

  /** @param parts.limitMs how long GitHub may take to answer. @defaultValue 800 */
  constructor({ github, logger, limitMs = LIMIT_MS }: Parts) {
    this.#github = github;
    this.#logger = logger;
    this.#limitMs = limitMs;
  }

  /** Never throws: without an answer in time the list is empty, and the person goes on typing. */
  async suggest(repository: string, branch: string, typed: string): Promise<readonly RefSuggestion[]> {
    const key = JSON.stringify([repository, branch, typed]);
    const cached = this.#cache.get(key);
    if (cached !== undefined && Date.now() - cached.at < FRESH_MS) return cached.suggestions;
    const suggestions = this.#ask(repository, branch, typed).catch((error: unknown) => {
      this.#cache.delete(key);
      this.#logger.info({ err: error, repository }, "GitHub gave no refs to propose in time");
      return [];
    });
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(key, { at: Date.now(), suggestions });
    return suggestions;
  }

  async #ask(fullName: string, branch: string, typed: string): Promise<readonly RefSuggestion[]> {
    const request = { signal: AbortSignal.timeout(this.#limitMs), retries: 0 };
    const repository = split(fullName);
    const matching = async (namespace: "heads" | "tags") => {
      if (typed !== "" && !isRefName(typed)) return [];
      const ref = `${namespace}/${typed}`;
      const { data } = await this.#github.rest.git.listMatchingRefs({ ...repository, ref, request });
      return data.map((each) => each.ref.slice(`refs/${namespace}/`.length));
    };
    const [branches, tags, commits] = await allThatAnswer([
      matching("heads"),
      matching("tags"),
      this.#recentCommits(repository, branch, request),
    ]);
    const typedLower = typed.toLowerCase();
    return [
      ...branches.map((ref) => ({ ref, kind: "branch" as const })),
      ...tags.reverse().map((ref) => ({ ref, kind: "tag" as const })),
      ...commits.filter(
        ({ ref, subject }) => ref.startsWith(typedLower) || subject.toLowerCase().includes(typedLower),
      ),
    ];
  }

  async #recentCommits(
    repository: { owner: string; repo: string },
    sha: string,
    request: { signal: AbortSignal; retries: number },
  ) {
    const { data } = await this.#github.rest.repos.listCommits({
      ...repository,
      sha,
      per_page: RECENT_COMMITS,
      request,
    });
    return data.map((each) => ({
      ref: each.sha,
      kind: "commit" as const,
      subject: firstLine(each.commit.message),
    }));
  }
}

/**
 * What one source does not have (a default branch that is gone) hides nothing of the others.
 * @throws the first fault when no source answers
 */
async function allThatAnswer<A, B, C>(
  sources: readonly [Promise<A[]>, Promise<B[]>, Promise<C[]>],
): Promise<[A[], B[], C[]]> {
  const [a, b, c] = await Promise.allSettled(sources);
  if (a.status === "rejected" && b.status === "rejected" && c.status === "rejected") throw a.reason;
  return [answerOf(a), answerOf(b), answerOf(c)];
}

function answerOf<Value>(result: PromiseSettledResult<Value[]>): Value[] {
  return result.status === "fulfilled" ? result.value : [];
}
