import { join } from "node:path";
import type { RawConfig, RawEnvironment, SandboxWorld } from "../start-sandbox.js";

/** What the demo shows: an environment that follows a branch, one to validate on, and a protected one. */
export const DEMO_ENVIRONMENTS: Readonly<Record<string, RawEnvironment>> = {
  uat: { triggers: { push: "main" } },
  preprod: {},
  prod: {
    from: "preprod",
    approval: { checklist: ["Preprod works", "No error in the logs of preprod", "The backup was verified"] },
  },
};

/** Adds what lies in the sandbox's own folders: the applications' logs, and the backup of production. */
export function withSandboxFiles(config: RawConfig, { directory, apps }: SandboxWorld): RawConfig {
  const { shop } = config["projects"] as { shop: { environments: Readonly<Record<string, RawEnvironment>> } };
  const artifact = join(directory, "backup.sql");
  const backup = {
    run: ["sh", "-c", 'echo "INSERT INTO orders VALUES (1);" > "$1"', "sh", artifact],
    artifact,
  };
  const environments = Object.entries(shop.environments).map(([name, environment]) => [
    name,
    {
      ...environment,
      logs: [{ name: "app", file: apps[name]?.log }],
      ...("approval" in environment && { backup }),
    },
  ]);
  return {
    ...config,
    projects: { shop: { ...shop, ci: "required", environments: Object.fromEntries(environments) } },
  };
}

/** Each of them is watched, faster than anybody would in earnest: whoever stops an application sees the alert at once. */
export function watched(
  environments: Readonly<Record<string, RawEnvironment>>,
): Readonly<Record<string, RawEnvironment>> {
  const monitor = {
    schedule: "* * * * *",
    confirm: { retries: 1, over: "2s" },
    whileDown: "3s",
    recovery: { probes: 2, hold: "3s", longestHold: "1m" },
    bake: { lasts: "5m", every: "5s" },
    mention: [],
  };
  return Object.fromEntries(
    Object.entries(environments).map(([name, environment]) => [name, { ...environment, monitor }]),
  );
}
