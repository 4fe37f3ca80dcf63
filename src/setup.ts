import { advise } from "./advice/advise.js";
import { type CommandSecrets, readCommandSecrets } from "./config/command-secrets.js";
import { type EnvironmentNeeds, readEnvironment, type Settings } from "./config/environment.js";
import type { ConfigFault } from "./config/fault.js";
import { formatFaults, wantsColor } from "./config/format-faults.js";
import { type HealthSecrets, readHealthSecrets } from "./config/health-secrets.js";
import { readHostKeys } from "./config/host-keys.js";
import { loadConfig } from "./config/load.js";
import type { Config } from "./config/schema.js";
import { formatEnvironmentFaults } from "./config/variables.js";
import { allTargets } from "./deployments/targets.js";
import { createRedactor, type Redactor } from "./execution/redact.js";
import type { Role } from "./role.js";
import type { Secret } from "./secret.js";

/** All that a process needs to know before it starts. */
export interface Setup {
  readonly config: Config;
  readonly settings: Settings;
  readonly privateKeys: Readonly<Record<string, Secret>>;
  readonly healthSecrets: HealthSecrets;
  readonly commandSecrets: CommandSecrets;
  readonly redactor: Redactor;
  /** Worth a line in the log, no reason to stop. */
  readonly warnings: readonly string[];
  /** What will hurt later in the configuration, with its lines. */
  readonly advice: readonly ConfigFault[];
  /** `2 projects, 3 environments, 2 hosts` */
  readonly summary: string;
}

export type SetupResult =
  | ({ readonly kind: "valid" } & Setup)
  | { readonly kind: "invalid"; readonly report: string };

/** Reads the configuration, the environment variables and the keys; reports every fault of all of them at once. */
export async function readSetup(role: Role, env: NodeJS.ProcessEnv = process.env): Promise<SetupResult> {
  const configFile = env["SLIPWAY_CONFIG"] || "slipway.yaml";
  const loaded = await loadConfig(configFile);
  const config = loaded.kind === "valid" ? loaded.config : undefined;
  const advice = loaded.kind === "valid" ? advise(loaded.config, loaded.written).map(loaded.locate) : [];
  const environment = readEnvironment(env, needsOf(role, config));
  const keys = config && readHostKeys(config, env, configFile);
  const health = config && readHealthSecrets(config, { env, configFile });
  const commands = config && readCommandSecrets(config, { env, configFile });

  if (
    config !== undefined &&
    environment.kind === "valid" &&
    keys?.kind === "valid" &&
    health?.kind === "valid" &&
    commands?.kind === "valid"
  ) {
    const { settings } = environment;
    const secrets = [
      settings.discordToken,
      settings.githubToken,
      settings.redisUrl,
      ...settings.webhookSecrets,
    ];
    const known = [
      ...secrets.filter((secret) => secret !== undefined),
      ...Object.values(keys.keys),
      ...health.secrets.values(),
      ...commands.secrets.values(),
    ];
    const warnings = [formatEnvironmentFaults(keys.warnings)].filter((text) => text !== "");
    const redactor = createRedactor(known);
    return {
      kind: "valid",
      config,
      settings,
      privateKeys: keys.keys,
      healthSecrets: health.secrets,
      commandSecrets: commands.secrets,
      redactor,
      warnings,
      advice: advice.toSorted((left, right) => left.line - right.line),
      summary: summarize(config),
    };
  }
  const placed = commands?.kind === "invalid" ? commands.findings : [];
  const faults = loaded.kind === "invalid" ? loaded.faults : placed.map(loaded.locate);
  const reports = [
    faults.length > 0 ? formatFaults(faults, { color: wantsColor(process.stderr, env) }) : "",
    environment.kind === "invalid" ? formatEnvironmentFaults(environment.faults) : "",
    keys?.kind === "invalid" ? formatEnvironmentFaults(keys.faults) : "",
    health?.kind === "invalid" ? formatEnvironmentFaults(health.faults) : "",
  ];
  return { kind: "invalid", report: reports.filter((report) => report !== "").join("\n") };
}

function needsOf(role: Role, config: Config | undefined): EnvironmentNeeds {
  const pushes = config !== undefined && allTargets(config).some(({ config: { triggers } }) => triggers.push);
  return { discord: role !== "web", webhookSecret: pushes && (role === "all" || role === "web") };
}

function summarize(config: Config): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? "" : "s"}`;
  return [
    count(Object.keys(config.projects).length, "project"),
    count(allTargets(config).length, "environment"),
    count(Object.keys(config.hosts).length, "host"),
  ].join(", ");
}
