/** What the GitHub stand-in offers to the tests, the scripted demo and the sandbox page. */
import type { HttpFault, RequestRecord } from "../discord/types.js";

export interface NewCommit {
  /** Created from the default branch where it does not exist yet. */
  readonly branch: string;
  readonly message: string;
  /** Path inside the repository → content. A file that starts with `#!` is committed as executable. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths that the commit deletes. */
  readonly removed?: readonly string[];
  /**
   * SHAs; only for a new branch. None makes a history of its own, several a merge commit, which has the files of the
   * first. @defaultValue the head of the branch, else of the default branch
   */
  readonly parents?: readonly string[];
  /** @defaultValue a fixed person of the sandbox */
  readonly author?: { readonly name: string; readonly email: string; readonly login?: string };
}

export interface Delivery {
  /** `X-GitHub-Delivery`. @defaultValue a new UUID */
  readonly deliveryId?: string;
  /** @defaultValue the secret of the stand-in */
  readonly secret?: string;
  /** Replaces the computed `X-Hub-Signature-256`; the empty string leaves every signature out. */
  readonly signature?: string;
}

export interface DeliveryResult {
  readonly deliveryId: string;
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

export interface GitHubFaultRule {
  /**
   * Status 403 and 429 are the secondary rate limit, with `retry-after` (1 s when the fault names none).
   * Rules are tried in the order in which they were queued; the first that matches meets the request, alone.
   */
  readonly fault:
    | HttpFault
    /** What the token has no permission for: 403 without any header of a limit. */
    | { readonly kind: "forbidden" }
    /** The primary limit of an hour is used up. @param reset seconds since the epoch */
    | { readonly kind: "rate-limit"; readonly reset: number };
  readonly method?: string;
  /** Matched against the decoded path without the query: `/repos/acme/shop/git/ref/heads/feature/x`. */
  readonly path?: RegExp;
  /** @defaultValue 1 */
  readonly times?: number;
}

/** `path` is decoded and without the query; a dropped request has status 0. The token is never kept. */
export interface GitHubRequestRecord extends RequestRecord {
  /** Without the `?`; absent where the request had none. */
  readonly query?: string;
}

export interface CheckRunSetting {
  readonly name: string;
  /** @defaultValue `completed` where there is a conclusion, else `in_progress` */
  readonly status?: "queued" | "in_progress" | "completed";
  readonly conclusion?:
    | "success"
    | "failure"
    | "neutral"
    | "cancelled"
    | "skipped"
    | "timed_out"
    | "action_required";
  /** Slug of the GitHub App that reports it. @defaultValue `github-actions` */
  readonly app?: string;
}

export interface CommitStatusSetting {
  readonly context: string;
  readonly state: "error" | "failure" | "pending" | "success";
  readonly description?: string;
  readonly targetUrl?: string;
}

export interface Checks {
  readonly runs?: readonly CheckRunSetting[];
  readonly statuses?: readonly CommitStatusSetting[];
}

export interface GitHubOptions {
  /** Where the repositories are kept; it stays after `close`. @defaultValue a temporary folder, removed by `close` */
  readonly directory?: string;
  /**
   * Checks each request and answer against GitHub's OpenAPI description; an answer that differs becomes a 500
   * that says how. Costs a second at start. @defaultValue false
   */
  readonly validate?: boolean;
  /** Requests an hour. @defaultValue 5000, as GitHub gives a user */
  readonly rateLimit?: number;
}

export interface GitHubStandIn {
  /** Value for `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** The only token that the REST API accepts (`GITHUB_TOKEN`). */
  readonly token: string;
  /** Signs deliveries (`GITHUB_WEBHOOK_SECRET`). */
  readonly webhookSecret: string;
  /** The newest 10,000, oldest first. */
  readonly requests: readonly GitHubRequestRecord[];

  /** Makes a real bare repository with one first commit on `main`. */
  createRepository(fullName: string, files: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Renames or transfers a repository: its id stays. Requests under the old name are sent on to the id, and git finds it
   * there as well, until another repository takes the name.
   */
  renameRepository(fullName: string, newName: string): Promise<void>;
  /** What `git clone` and `git fetch` take: a `file://` URL that, like GitHub, serves any SHA it has. */
  cloneUrl(fullName: string): string;
  /** Commits for real. @returns the full SHA */
  commit(fullName: string, commit: NewCommit): Promise<string>;
  createBranch(fullName: string, branch: string, sha: string): Promise<void>;
  /** An annotated tag when a message is given, else a lightweight one. */
  createTag(fullName: string, tag: string, sha: string, message?: string): Promise<void>;
  deleteBranch(fullName: string, branch: string): Promise<void>;
  /** Moves a branch to any commit, as a force-push does. */
  moveBranch(fullName: string, branch: string, sha: string): Promise<void>;
  headOf(fullName: string, branch: string): Promise<string>;
  /** Replaces the check runs and commit statuses of one commit. */
  setChecks(fullName: string, sha: string, checks: Checks): void;

  /** Builds the `push` payload for a branch that moved from `before` to `after`, as GitHub would send it. */
  pushPayload(
    fullName: string,
    push: { branch: string; before: string; after: string; forced?: boolean; pusher?: string },
  ): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Signs and posts any event to a webhook URL. A `Uint8Array` is sent as it is, anything else as JSON.
   * @throws DeliveryFailed when no answer comes within 10 s, which is how long GitHub waits, or the connection fails.
   */
  deliver(url: string, event: string, payload: unknown, delivery?: Delivery): Promise<DeliveryResult>;
  /** Commits, then delivers the push. */
  commitAndPush(
    url: string,
    fullName: string,
    commit: NewCommit,
    delivery?: Delivery,
  ): Promise<{ readonly sha: string; readonly before: string; readonly delivery: DeliveryResult }>;

  queueFault(rule: GitHubFaultRule): void;
  clearFaults(): void;
  close(): Promise<void>;
}
