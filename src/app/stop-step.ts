import type { AppParts } from "./ports.js";

export interface StopParts extends Pick<AppParts, "store"> {
  /**
   * Ends the process group of a run on its host, TERM then KILL, and waits for that. A run that is not there is none.
   * @throws HostUnreachableError
   */
  cancelRun(host: string, run: string): Promise<unknown>;
}

/** Ends the step that a deployment is at; the worker that follows it sees how it ended, and ends the deployment. */
export async function stopCurrentStep({ store, cancelRun }: StopParts, id: string): Promise<void> {
  const record = await store.find(id);
  if (record?.state !== "running") return;
  const step = record.steps.find(({ state }) => state === "running");
  // A health check is Slipway's own, and short.
  if (step?.host === undefined || step.run === undefined) return;
  await cancelRun(step.host, step.run);
}
