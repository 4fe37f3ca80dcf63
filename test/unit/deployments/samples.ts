import { Config } from "../../../src/config/schema.js";
import type { DeploymentRecord, StepRecord } from "../../../src/deployments/record.js";
import { type Release, Sha } from "../../../src/deployments/release.js";
import {
  FIRST_ORDER,
  type HostEntry,
  type RunningApplication,
  releaseOf,
} from "../../../src/deployments/running.js";
import type { FoundTarget } from "../../../src/deployments/targets.js";
import { lookUpTarget } from "../../../src/deployments/targets.js";
import {
  type EnvironmentRunning,
  environmentRunning,
  hostRunning,
} from "../../../src/deployments/what-runs.js";

export const sha = Sha.parse("1234567890abcdef1234567890abcdef12345678");
export const otherSha = Sha.parse("fedcba0987654321fedcba0987654321fedcba09");

export function aRelease(changes: Partial<Release> = {}): Release {
  return { sha, ref: "main", subject: "Sell more shoes", author: "Ada Lovelace", ...changes };
}

/** A waiting deployment of shop/uat. */
export function aRecord(changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    schema: 1,
    id: "0123456789abcdef01234567",
    number: 7,
    version: 1,
    kind: "deploy",
    project: "shop",
    environment: "uat",
    repository: "acme/shop",
    origin: { kind: "command", userId: "112233445566778899", userName: "ada" },
    release: aRelease(),
    state: "queued",
    steps: [],
    before: {},
    createdAt: 1_700_000_000_000,
    ...changes,
  };
}

/** What one host runs: the record's release, through that deployment; without one, nothing. */
export function runningOf(record?: DeploymentRecord): EnvironmentRunning {
  const since = record?.finishedAt ?? 0;
  const application: RunningApplication =
    record === undefined
      ? { kind: "nothing", since }
      : { kind: "release", release: releaseOf(record), since, source: "step", deployment: refOf(record) };
  const entry: HostEntry = { schema: 1, order: FIRST_ORDER, application };
  return environmentRunning([hostRunning("web-1", { kind: "known", entry })]);
}

function refOf({ id, number }: DeploymentRecord) {
  return { id, number };
}

export function aStep(changes: Partial<StepRecord> = {}): StepRecord {
  return { id: "fetch:web-1", title: { code: "fetch" }, host: "web-1", state: "pending", ...changes };
}

const host = {
  address: "127.0.0.1",
  user: "deploy",
  key: { variable: "SSH_KEY" },
  hostKeys: ["SHA256:3qhRiGT5C1sBbqRFh2LSUOjvLd3cYHZ9VvCvX0tQm1E"],
};

/** The input of an environment, before the defaults are filled in. */
export function environmentInput(changes: object = {}): object {
  return {
    hosts: ["web-1"],
    strategy: { type: "git", directory: "/srv/shop", restart: { run: ["docker", "compose", "restart"] } },
    roles: { deploy: ["223344556677889900"] },
    ...changes,
  };
}

/** One project `shop` with the environments given, on the hosts web-1 and web-2. */
export function configWith(environments: Readonly<Record<string, object>>, changes: object = {}): Config {
  return Config.parse({
    discord: { guild: "112233445566778899", channel: "112233445566778800" },
    hosts: { "web-1": host, "web-2": host },
    projects: { shop: { repository: "acme/shop", environments } },
    ...changes,
  });
}

export function targetOf(config: Config, project: string, environment: string): FoundTarget {
  const target = lookUpTarget(config, { project, environment });
  if (target === undefined) throw new Error(`${project}/${environment} is not configured`);
  return target;
}
