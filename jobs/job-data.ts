import type { Job } from "bullmq";
import { z } from "zod";

const IdData = z.object({ id: z.string() });

/** The deployment that a job is about. @throws ZodError when the job's data have another shape */
export function jobId(job: Job): string {
  return IdData.parse(job.data).id;
}
