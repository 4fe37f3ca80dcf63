import { z } from "zod";
import type { Push } from "../app/deploy-push.js";
import { Sha } from "../deployments/release.js";
import { RepositoryId } from "../repositories/known-repository.js";
import { committedAt, firstLine } from "./refs.js";

/** The part of GitHub's `push` payload that Slipway reads. */
const PushPayload = z.object({
  ref: z.string(),
  before: z.string().regex(/^[0-9a-f]{40}$/),
  after: Sha,
  deleted: z.boolean(),
  forced: z.boolean(),
  repository: z.object({ full_name: z.string(), id: RepositoryId }),
  pusher: z.object({ name: z.string() }),
  head_commit: z
    .object({
      ...{ id: Sha, message: z.string(), timestamp: z.string().optional() },
      author: z.object({ name: z.string(), username: z.string().optional() }),
    })
    .nullable(),
});

export type PushEvent =
  | { readonly kind: "push"; readonly push: Push }
  | {
      readonly kind: "ignored";
      readonly reason: "not-a-push" | "not-a-branch" | "branch-deleted" | "empty-push";
    };

/**
 * Reads a payload that calls itself a push. The event's name is not signed, so the payload itself must have the
 * shape.
 */
export function readPush(payload: unknown): PushEvent {
  const parsed = PushPayload.safeParse(payload);
  if (!parsed.success) return { kind: "ignored", reason: "not-a-push" };
  const { ref, before, after, deleted, forced, repository, pusher, head_commit } = parsed.data;
  if (!ref.startsWith("refs/heads/")) return { kind: "ignored", reason: "not-a-branch" };
  if (deleted) return { kind: "ignored", reason: "branch-deleted" };
  if (head_commit === null || head_commit.id !== after || before === after) {
    return { kind: "ignored", reason: "empty-push" };
  }
  const branch = ref.slice("refs/heads/".length);
  const release = {
    sha: after,
    ref: branch,
    subject: firstLine(head_commit.message),
    author: head_commit.author.name,
    ...committedAt(head_commit.timestamp ?? ""),
  };
  const login = head_commit.author.username;
  const named = {
    repository: repository.full_name,
    repositoryId: repository.id,
    branch,
    pusher: pusher.name,
  };
  return {
    kind: "push",
    push: { ...named, before, release, forced, ...(login !== undefined && { author: login }) },
  };
}
