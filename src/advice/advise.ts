import type { ConfigPath, Finding } from "../config/fault.js";
import type { Config, EnvironmentConfig, HostConfig, ProjectConfig } from "../config/schema.js";
import { composeProjectOf } from "./compose-project.js";

/** An environment, with what was written for it before the defaults were filled in. */
interface Placed {
  readonly path: ConfigPath;
  readonly project: ProjectConfig;
  readonly environment: EnvironmentConfig;
  readonly written: Readonly<Record<string, unknown>>;
}

/**
 * What will hurt later in a configuration that is valid. A key that is written out is a decision: `health: []` or
 * `ci: required` ends the advice about it.
 *
 * @param written the contents of the file, before the defaults were filled in
 */
export function advise(config: Config, written: unknown): readonly Finding[] {
  const placed = environmentsOf(config, written);
  return [
    ...Object.entries(config.projects).flatMap(([name, project]) =>
      ciAdvice(name, project, at(written, ["projects", name])),
    ),
    ...placed.flatMap((each) => [...missingParts(each), ...silentAlerts(each, config)]),
    ...neighbours(placed, config),
  ];
}

function environmentsOf(config: Config, written: unknown): readonly Placed[] {
  return Object.entries(config.projects).flatMap(([projectName, project]) =>
    Object.entries(project.environments).map(([name, environment]) => {
      const path = ["projects", projectName, "environments", name];
      return { path, project, environment, written: at(written, path) };
    }),
  );
}

function ciAdvice(name: string, project: ProjectConfig, written: Placed["written"]): readonly Finding[] {
  if (project.ci === "ignored") return [];
  const follower = Object.entries(project.environments).find(([, { from }]) => from !== undefined)?.[0];
  if (follower === undefined) {
    if (!("ci" in written)) return [];
    const problem = "no environment of this project has `from`, so the checks on GitHub stop nothing";
    return [
      {
        path: ["projects", name, "ci"],
        target: "key",
        problem,
        fix: "add `from:` to an environment, or remove `ci`",
      },
    ];
  }
  if ("ci" in written) return [];
  const path = ["projects", name, "environments", follower, "from"];
  const problem =
    "`from` admits only commits with green checks on GitHub; without checks nothing can be deployed here";
  const fix = "write `ci: required` into the project if its commits have checks, else `ci: ignored`";
  return [{ path, target: "key", problem, fix }];
}

function missingParts({ path, written }: Placed): readonly Finding[] {
  const health: Finding = {
    path,
    target: "key",
    problem: "without a health check a deployment succeeds once its commands do, and nothing is watched",
    fix: "add `health:` with a check, such as `- url: https://…/healthz`; `health: []` if there is none",
  };
  const logs: Finding = {
    path,
    target: "key",
    problem: "without a log source `/logs` has nothing to show when something fails",
    fix: "add `logs:` with a source, such as `- { name: app, file: /var/log/app.log }`; `logs: []` if there is none",
  };
  return [...("health" in written ? [] : [health]), ...("logs" in written ? [] : [logs])];
}

function silentAlerts({ path, environment, written }: Placed, config: Config): readonly Finding[] {
  const { monitor, health, failures, triggers } = environment;
  const alone = triggers.push !== undefined || triggers.schedule !== undefined;
  const watched = monitor.enabled && health.length > 0;
  const mentioned = monitor.mention.length > 0 || monitor.escalate !== undefined;
  const alert: Finding = {
    path: "monitor" in written ? [...path, "monitor"] : path,
    target: "key",
    problem: "an alert of this environment notifies nobody: it is a message in the channel",
    fix: "add `mention:` with Discord role ids under `monitor`; `mention: []` if the message is enough",
  };
  const failure: Finding = {
    path: [...path, "triggers"],
    target: "key",
    problem:
      "a failed push or scheduled deployment notifies nobody: no `people`, and no role under `failures`",
    fix: "add `failures: { role: … }`, or `people` with GitHub logins; `failures: { mention: false }` if nobody should be",
  };
  const called = failures.role !== undefined || !failures.mention || Object.keys(config.people).length > 0;
  return [
    ...(watched && !mentioned && !("mention" in at(written, ["monitor"])) ? [alert] : []),
    ...(alone && !called ? [failure] : []),
  ];
}

/** What environments on one machine do to each other. */
function neighbours(placed: readonly Placed[], config: Config): readonly Finding[] {
  return placed.flatMap((one, index) =>
    placed.slice(0, index).flatMap((other): readonly Finding[] => {
      const machines = new Set(machinesOf(one, config));
      if (!machinesOf(other, config).some((machine) => machines.has(machine))) return [];
      return [...sharedProject(one, other), ...nestedCheckout(one, other)];
    }),
  );
}

function sharedProject(one: Placed, other: Placed): readonly Finding[] {
  const name = composeProjectOf(one.environment);
  if (name === undefined || name !== composeProjectOf(other.environment)) return [];
  const problem = `the Compose project here is \`${name}\`, as in ${nameOf(other)} on the same host: \`up\` in one replaces the containers of the other`;
  const fix =
    "add `--project-name` to the Compose commands of one of them; or, where the Compose file has `name:`, write `proof: { compose: { project: … } }` under `restart`";
  return [{ path: [...one.path, "strategy", "directory"], target: "key", problem, fix }];
}

function nestedCheckout(one: Placed, other: Placed): readonly Finding[] {
  const [mine, theirs] = [one, other].map(({ environment }) => `${directoryOf(environment)}/`);
  if (mine === undefined || theirs === undefined || mine === theirs) return [];
  if (!mine.startsWith(theirs) && !theirs.startsWith(mine)) return [];
  const problem = `one checkout lies within the other, that of ${nameOf(other)}: a deployment there may change this one`;
  const fix = "move one of the checkouts to a directory of its own";
  return [{ path: [...one.path, "strategy", "directory"], target: "key", problem, fix }];
}

function directoryOf({ strategy }: EnvironmentConfig): string {
  return strategy.directory.replaceAll(/\/+/g, "/").replace(/\/$/, "");
}

function nameOf({ path }: Placed): string {
  return `\`${String(path[1])}/${String(path[3])}\``;
}

/** One machine may be written as several hosts, for several users. */
function machinesOf({ environment }: Placed, { hosts }: Config): readonly string[] {
  return environment.hosts.flatMap((name) => {
    const host: HostConfig | undefined = hosts[name];
    return host === undefined ? [] : [JSON.stringify([host.address.toLowerCase(), host.port, host.jump])];
  });
}

type Mapping = Readonly<Record<string, unknown>>;

function at(value: unknown, path: ConfigPath): Mapping {
  let found = mapping(value);
  for (const part of path) found = mapping(Object.hasOwn(found, part) ? found[part] : undefined);
  return found;
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? (value as Mapping) : {};
}
