import { createHash } from "node:crypto";
import type { EnvironmentConfig } from "../config/schema.js";
import type { Release } from "../deployments/release.js";
import { planBackup } from "./backup.js";
import { planGit } from "./git.js";
import type { Plan } from "./step.js";

/** The plan for this release: the backup first, then what the environment's strategy makes. */
export function planFor(environment: EnvironmentConfig, release: Release): Plan {
  const plan = planStrategy(environment, release);
  return { ...plan, steps: [...planBackup(environment), ...plan.steps] };
}

/** Changes whenever anything that would run changes. SHA-256, hexadecimal. */
export function hashPlan(environment: EnvironmentConfig, plan: Plan): string {
  return createHash("sha256")
    .update(JSON.stringify([environment.hosts, plan]))
    .digest("hex");
}

function planStrategy(environment: EnvironmentConfig, release: Release): Plan {
  switch (environment.strategy.type) {
    case "git":
      return planGit(environment, environment.strategy, release);
  }
}
