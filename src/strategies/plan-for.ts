import type { EnvironmentConfig } from "../config/schema.js";
import type { Release } from "../deployments/release.js";
import { planGit } from "./git.js";
import type { Plan } from "./step.js";

/** The plan that the environment's strategy makes for this release. */
export function planFor(environment: EnvironmentConfig, release: Release): Plan {
  switch (environment.strategy.type) {
    case "git":
      return planGit(environment, environment.strategy, release);
  }
}
