import { healthChecksOf, hostAsked } from "../../config/health-checks.js";
import type { MonitorConfig } from "../../config/monitor-schema.js";
import type { Config } from "../../config/schema.js";
import type { Target } from "../../deployments/record.js";
import { allTargets, channelOf } from "../../deployments/targets.js";
import { targetKey } from "./board.js";

/** An environment that is watched, and how. */
export interface Watched extends Target {
  readonly channelId: string;
  readonly monitor: MonitorConfig;
  /** The hosts that it is on or asked at: two environments without a common one do not fail together for its sake. */
  readonly places: ReadonlySet<string>;
}

/** By `targetKey`. */
export type Watch = ReadonlyMap<string, Watched>;

/** The environments that have health checks and whose monitoring is not turned off. */
export function watchOf(config: Config): Watch {
  const watched = allTargets(config).filter(
    ({ config: { health, monitor } }) => monitor.enabled && health.length > 0,
  );
  return new Map(
    watched.map((target) => [
      targetKey(target),
      {
        project: target.project,
        environment: target.environment,
        channelId: channelOf(config, target),
        monitor: target.config.monitor,
        places: new Set([...target.config.hosts, ...healthChecksOf(target.config).map(hostAsked)]),
      },
    ]),
  );
}
