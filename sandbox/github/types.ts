/** What the GitHub stand-in offers to the tests, the scripted demo and the sandbox page. */
import type { Fault, RequestRecord } from "../discord/types.js";

export interface NewCommit {
  /** Created from the default branch where it does not exist yet. */
  readonly branch: string;
  readonly message: string;
  /** Path inside the repository → content. */
  readonly files: Readonly<Record<string, string>>;
  /** @defaultValue a fixed person of the sandbox */
  readonly author?: { readonly name: string; readonly email: string; readonly login?: string };
}

export interface Delivery {
  /** `X-GitHub-Delivery`. @defaultValue a new UUID */
  readonly deliveryId?: string;
  /** @defaultValue the secret of the stand-in */
  readonly secret?: string;
  /** Replaces the computed `X-Hub-Signature-256`. */
  readonly signature?: string;
}

export interface DeliveryResult {
  readonly deliveryId: string;
  readonly status: number;
  readonly body: string;
  readonly milliseconds: number;
}

export interface GitHubFaultRule {
  readonly fault: Exclude<Fault, { kind: "close-gateway" }>;
  readonly method?: string;
  readonly path?: RegExp;
  /** @defaultValue 1 */
  readonly times?: number;
}

export interface GitHubStandIn {
  /** Value for `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** The only token that the REST API accepts (`GITHUB_TOKEN`). */
  readonly token: string;
  /** Signs deliveries (`GITHUB_WEBHOOK_SECRET`). */
  readonly webhookSecret: string;
  readonly requests: readonly RequestRecord[];

  /** Makes a real bare repository with one first commit on `main`. */
  createRepository(fullName: string, files: Readonly<Record<string, string>>): Promise<void>;
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

  /** Builds the `push` payload for a branch that moved from `before` to `after`, as GitHub would send it. */
  pushPayload(
    fullName: string,
    push: { branch: string; before: string; after: string; forced?: boolean; pusher?: string },
  ): Promise<Readonly<Record<string, unknown>>>;
  /** Signs and posts any event to a webhook URL. */
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
