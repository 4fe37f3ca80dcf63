import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY, type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { loadConfig } from "../../src/config/load.js";
import type { EnvironmentConfig } from "../../src/config/schema.js";
import { Sha } from "../../src/deployments/release.js";
import { planFor } from "../../src/strategies/plan-for.js";
import type { CommandStep } from "../../src/strategies/step.js";

export const ENVIRONMENT = "uat";

/** What every subject works on. */
export interface World {
  readonly sandbox: Sandbox;
  /** The subjects move the checkout from one to the other and back. */
  readonly commits: readonly [string, string];
  /** The file that the restart command touches. */
  readonly marker: string;
  /** The commands that Slipway's own plan has for a commit: every subject runs these. */
  stepsFor(sha: string): readonly CommandStep[];
}

/** Starts the sandbox with an environment whose restart does no work and that has no health checks. */
export async function startWorld(): Promise<World> {
  let marker = "";
  const sandbox = await startSandbox({
    discord: { rateLimits: false },
    environments: { [ENVIRONMENT]: { health: [] } },
    configure(config, { host }) {
      marker = join(host.directory, "restarted");
      return withRestart(config, ["touch", marker]);
    },
  });
  try {
    await writeFile(marker, "");
    const first = await sandbox.github.headOf(REPOSITORY, "main");
    const change = { branch: "main", message: "Change one file", files: { "changed.txt": "changed\n" } };
    const second = await sandbox.github.commit(REPOSITORY, change);
    const environment = await environmentOf(sandbox);
    const stepsFor = (sha: string) => commandSteps(environment, sha);
    return { sandbox, commits: [first, second], marker, stepsFor };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

type Json = Record<string, unknown>;

function withRestart(config: Json, run: readonly string[]): Json {
  const copy = structuredClone(config) as {
    projects: { shop: { environments: Record<string, Json> } };
  } & Json;
  const environment = copy.projects.shop.environments[ENVIRONMENT];
  if (environment === undefined) throw new TypeError(`The sandbox has no ${ENVIRONMENT}.`);
  environment["strategy"] = { ...(environment["strategy"] as Json), restart: { run } };
  return copy;
}

/** Read as the bot reads it, so that the plan is the bot's. */
async function environmentOf(sandbox: Sandbox): Promise<EnvironmentConfig> {
  const loaded = await loadConfig(sandbox.env["SLIPWAY_CONFIG"] ?? "");
  const environment =
    loaded.kind === "valid" ? loaded.config.projects["shop"]?.environments[ENVIRONMENT] : undefined;
  if (environment === undefined) throw new TypeError("The sandbox's configuration cannot be read.");
  return environment;
}

function commandSteps(environment: EnvironmentConfig, sha: string): readonly CommandStep[] {
  const release = { sha: Sha.parse(sha), ref: "main", subject: "", author: "" };
  return planFor(environment, release).steps.filter((step) => step.kind === "command");
}
