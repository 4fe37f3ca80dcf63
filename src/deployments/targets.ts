import type { Config, EnvironmentConfig, ProjectConfig } from "../config/schema.js";
import type { Target } from "./record.js";
import type { Refusal } from "./refusal.js";

export interface FoundTarget extends Target {
  readonly projectConfig: ProjectConfig;
  readonly config: EnvironmentConfig;
}

/** The environment of that name, or undefined when the configuration does not have it (any more). */
export function lookUpTarget(config: Config, target: Target): FoundTarget | undefined {
  const projectConfig = own(config.projects, target.project);
  const environment = projectConfig && own(projectConfig.environments, target.environment);
  if (projectConfig === undefined || environment === undefined) return undefined;
  return { project: target.project, environment: target.environment, projectConfig, config: environment };
}

/** Finds what a person named. The project may be left out where only one project has the environment. */
export function findTarget(
  config: Config,
  environment: string,
  project?: string,
): { kind: "found"; target: FoundTarget } | { kind: "refused"; refusal: Refusal } {
  if (project !== undefined && own(config.projects, project) === undefined) {
    return refuse({ code: "unknown-project", project, known: Object.keys(config.projects) });
  }
  const candidates = allTargets(config).filter(
    (target) => target.environment === environment && (project === undefined || target.project === project),
  );
  const [target, second] = candidates;
  if (target === undefined) {
    return refuse({ code: "unknown-environment", environment, known: environmentNames(config, project) });
  }
  if (second !== undefined) {
    return refuse({
      code: "ambiguous-project",
      environment,
      projects: candidates.map((each) => each.project),
    });
  }
  return { kind: "found", target };
}

export function allTargets(config: Config): readonly FoundTarget[] {
  return Object.entries(config.projects).flatMap(([project, projectConfig]) =>
    Object.entries(projectConfig.environments).map(([environment, environmentConfig]) => ({
      project,
      environment,
      projectConfig,
      config: environmentConfig,
    })),
  );
}

export function environmentNames(config: Config, project?: string): readonly string[] {
  if (project !== undefined) return Object.keys(own(config.projects, project)?.environments ?? {});
  return [...new Set(allTargets(config).map((target) => target.environment))];
}

/** The channel that an environment's messages go to. */
export function channelOf(config: Config, target: FoundTarget): string {
  return target.config.channel ?? target.projectConfig.channel ?? config.discord.channel;
}

function refuse(refusal: Refusal): { kind: "refused"; refusal: Refusal } {
  return { kind: "refused", refusal };
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
