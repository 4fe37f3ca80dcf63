import type { Repository } from "../git/repository-store.js";
import type { GitHubState } from "./state.js";

/** Where people look at a repository: never fetched by anything, so it bears GitHub's own address. */
export const htmlUrl = (repository: Repository): string => `https://github.com/${repository.fullName}`;

export const apiUrl = (state: Pick<GitHubState, "apiUrl">, repository: Repository): string =>
  `${state.apiUrl}/repos/${repository.fullName}`;

/** Encodes what a URL must, but keeps the slashes of a ref or a file name. */
export const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** An opaque id, as GitHub gives every object. */
export const nodeId = (kind: string, id: string | number): string =>
  Buffer.from(`${kind}:${id}`).toString("base64url");
