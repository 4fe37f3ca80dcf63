import type { StepRecord } from "../../deployments/record.js";
import type { DeploymentWatcher } from "../tell-watcher.js";
import type { MonitorParts } from "./monitor-parts.js";
import { type TellParts, tellMonitoring } from "./tell-monitoring.js";

/** Tells the monitoring of deployments: while one runs, its own health checks speak, and after it a bake period begins. */
export function createDeploymentWatcher(parts: TellParts & Pick<MonitorParts, "now">): DeploymentWatcher {
  return {
    async started({ id, project, environment }) {
      const target = { project, environment };
      await tellMonitoring(parts, { kind: "deployment-started", target, at: parts.now(), deploymentId: id });
    },
    async ended({ id, kind, state, project, environment, finishedAt, steps }) {
      const target = { project, environment };
      const deployment = { id, kind, state, checked: steps.some(isPassedCheck) };
      // After a crash the end is told late: it was when it was.
      const at = finishedAt ?? parts.now();
      await tellMonitoring(parts, { kind: "deployment-ended", target, at, deployment });
    },
  };
}

function isPassedCheck({ title, state }: StepRecord): boolean {
  return "code" in title && title.code === "health" && state === "succeeded";
}
