import { z } from "zod";

/** What the control writes down about a deployment: whatever the job did last. */
export const NaiveRecord = z.object({
  environment: z.string(),
  sha: z.string(),
  state: z.enum(["queued", "running", "succeeded", "failed"]),
  steps: z.array(z.object({ id: z.string(), state: z.enum(["running", "succeeded", "failed"]) })),
  failedStep: z.string().optional(),
  failure: z.string().optional(),
});
export type NaiveRecord = z.output<typeof NaiveRecord>;

export function naiveQueue(environment: string): string {
  return `naive.${environment}`;
}

export function naiveRecordKey(sha: string): string {
  return `naive:deployment:${sha}`;
}

export function naiveRecordsKey(environment: string): string {
  return `naive:environment:${environment}`;
}
