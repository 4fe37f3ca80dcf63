import { notFound } from "../errors.js";
import type { Repository } from "../git/repository-store.js";
import type { GitHubState } from "./state.js";

export interface Call {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly accept: string;
  /** Absolute, without the query: what the `Link` header repeats. */
  readonly url: string;
  readonly state: GitHubState;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON, or as it is where it is text with a content type of its own. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: "GET" | "POST";
  /** As GitHub's OpenAPI description writes it. */
  readonly path: string;
  /** The query parameters that the stand-in carries out; any other is answered with 501 instead of being ignored. */
  readonly query: readonly string[];
  /** @throws ApiProblem */
  handle(call: Call): Promise<Answer>;
}

type RepositoryHandler = (repository: Repository, call: Call) => Promise<Answer>;

/** A route below `/repos/{owner}/{repo}`; an unknown repository is answered with 404. */
export function repositoryRoute(
  method: Route["method"],
  path: string,
  query: readonly string[],
  handle: RepositoryHandler,
): Route {
  return {
    method,
    path: `/repos/{owner}/{repo}${path}`,
    query,
    async handle(call) {
      const repository = call.state.repositories.find(`${param(call, "owner")}/${param(call, "repo")}`);
      if (!repository) throw notFound();
      return await handle(repository, call);
    },
  };
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new RangeError(`The route has no parameter ${name}`);
  return value;
}

export const ok = (body: unknown, headers?: Readonly<Record<string, string>>): Answer =>
  headers ? { status: 200, body, headers } : { status: 200, body };
