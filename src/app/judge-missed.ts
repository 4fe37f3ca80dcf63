import type { Followed } from "../deployments/followed-branches.js";
import type { Sha } from "../deployments/release.js";
import type { FoundTarget } from "../deployments/targets.js";
import { isFullyOn } from "../deployments/what-runs.js";
import { lookUpRunning } from "./look-up-running.js";
import type { AppParts } from "./ports.js";

/**
 * Decides whether an environment gets a head whose push Slipway missed. It does where what runs, or is about to, is the
 * head before: anything else somebody deployed since, or it failed, and a person must say what comes next.
 */
export async function judgeMissed(
  parts: AppParts,
  target: FoundTarget,
  sha: Sha,
  known: Followed | undefined,
): Promise<"deploy" | "runs" | "keep"> {
  if (known === undefined) return "keep";
  // It was taken before; an admission that was cut off goes on.
  if (known.sha === sha) return "deploy";
  const open = await parts.store.open(target);
  if (open.length > 0) return open.every(({ release }) => release.sha === known.sha) ? "deploy" : "keep";
  const running = await lookUpRunning(parts, target);
  if (isFullyOn(running, sha)) return "runs";
  return isFullyOn(running, known.sha) ? "deploy" : "keep";
}
