import type { Logger } from "pino";
import { allTargets } from "../deployments/targets.js";
import type { AppParts } from "./ports.js";

export interface MemoryParts extends Pick<AppParts, "config"> {
  readonly logger: Logger;
  /** Whether Slipway has deployed there before. @throws HostUnreachableError */
  hasDeployed(host: string, environment: { project: string; environment: string }): Promise<boolean>;
  /** @param instance names the Redis that is empty now: one report each */
  report(instance: string): Promise<void>;
}

/** A Redis that holds nothing of what it held, or never held anything. */
export interface LostMemory {
  /** Names the Redis that is empty now. */
  readonly instance: string;
  /** Slipway saw it happen; else the hosts are asked whether there is something that it forgot. */
  readonly certain: boolean;
}

/** Redis has lost every record. Says so to people; nothing is deployed again by itself. */
export async function reportLostMemory(parts: MemoryParts, { instance, certain }: LostMemory): Promise<void> {
  if (!certain && !(await wasEmptiedBefore(parts))) return;
  parts.logger.error(
    "Redis was emptied: every record, lock and approval is gone; nothing is deployed by itself",
  );
  await parts.report(instance);
}

/** A Redis that never held anything, although hosts remember deployments, was emptied while Slipway was away. */
async function wasEmptiedBefore(parts: MemoryParts): Promise<boolean> {
  // All at once: what else is to be told must not wait for one host after the other.
  const asked = allTargets(parts.config).flatMap((target) =>
    target.config.hosts.map((host) =>
      parts.hasDeployed(host, target).catch((error: unknown) => {
        parts.logger.debug({ err: error, host }, "could not ask a host whether it remembers deployments");
        return false;
      }),
    ),
  );
  return (await Promise.all(asked)).includes(true);
}
