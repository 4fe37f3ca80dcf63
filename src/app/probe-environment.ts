import type { Logger } from "pino";
import { checkLabel, type HealthCheck, healthChecksOf, hostAsked } from "../config/health-checks.js";
import type { FoundTarget } from "../deployments/targets.js";
import type { Probe } from "../health/create-prober.js";
import { ownShortage } from "../health/own-shortage.js";
import type { ProbeResult } from "../health/probe-result.js";
import { sweepProbes } from "../health/sweep-probes.js";

export interface ProbeParts {
  readonly tools: { readonly probe: Probe };
  readonly logger: Logger;
}

/** What one check of an environment found. */
export interface ProbedCheck {
  readonly check: HealthCheck;
  /** Names it for people, and in its history. */
  readonly label: string;
  /** The configured host that it stands for: the one it runs on, or the only one that the environment has. */
  readonly host: string | undefined;
  /** Absent where Slipway itself failed: then nothing is known. */
  readonly result: ProbeResult | undefined;
  /** The system's code, where it was Slipway's own machine that failed. */
  readonly own: string | undefined;
}

/**
 * Makes all checks of one environment at the same time, each host's by themselves: one that hangs holds no place of
 * another. In the order of the configuration.
 */
export async function probeEnvironment(
  { tools, logger }: ProbeParts,
  { config }: FoundTarget,
  signal?: AbortSignal,
): Promise<readonly ProbedCheck[]> {
  const items = healthChecksOf(config).map((check) => ({ check }));
  const results = new Map<HealthCheck, ProbeResult>();
  const faults = new Map<HealthCheck, string>();
  const sweep = async (ofHost: typeof items) => {
    for await (const swept of sweepProbes(ofHost, tools.probe, signal && { signal })) {
      const { check } = swept.item;
      if (swept.kind === "probed") {
        results.set(check, swept.result);
        continue;
      }
      logger.error({ err: swept.error, check: checkLabel(check) }, "a health check could not be made");
      const own = ownShortage(swept.error);
      if (own !== undefined) faults.set(check, own);
    }
  };
  await Promise.all([...byHost(items).values()].map(sweep));
  const onlyHost = config.hosts.length === 1 ? config.hosts[0] : undefined;
  return items.map(({ check }) => ({
    check,
    label: checkLabel(check),
    host: "host" in check ? check.host : onlyHost,
    result: results.get(check),
    own: faults.get(check),
  }));
}

function byHost<Item extends { readonly check: HealthCheck }>(items: readonly Item[]): Map<string, Item[]> {
  const hosts = new Map<string, Item[]>();
  for (const item of items) {
    const host = hostAsked(item.check);
    hosts.set(host, [...(hosts.get(host) ?? []), item]);
  }
  return hosts;
}
