/**
 * Why GitHub did not say what it was asked for, where it said so. `unseen`: for this token there is no such
 * repository. `until`: milliseconds since the epoch.
 */
export type GitHubTrouble =
  | { readonly kind: "token-refused" | "not-allowed" | "unseen" }
  | { readonly kind: "rate-limited"; readonly until?: number };

/** GitHub refused to answer. */
export class GitHubTroubleError extends Error {
  readonly trouble: GitHubTrouble;

  constructor(trouble: GitHubTrouble, cause: unknown) {
    super(`GitHub did not answer: ${trouble.kind}`, { cause });
    this.name = "GitHubTroubleError";
    this.trouble = trouble;
  }
}
