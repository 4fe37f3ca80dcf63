import { z } from "zod";

/** A full commit SHA: the only name of a commit that may reach a host. */
export const Sha = z
  .string()
  .regex(/^[0-9a-f]{40}$/)
  .brand<"Sha">();
export type Sha = z.output<typeof Sha>;

/** What is shipped. Texts come from GitHub unchanged: whoever shows them cleans them. */
export const Release = z.object({
  sha: Sha,
  /** The branch, tag or SHA that named it. */
  ref: z.string(),
  /** First line of the commit message. */
  subject: z.string(),
  author: z.string(),
  /** When the commit was made or rebased, as its committer's clock said; absent in older records. */
  committedAt: z.number().optional(),
});
export type Release = z.output<typeof Release>;

const SHORT_SHA_LENGTH = 7;

export function shortSha(sha: string): string {
  return sha.slice(0, SHORT_SHA_LENGTH);
}
