import { Config, type EnvironmentConfig } from "../../src/config/schema.js";
import type { Target } from "../../src/deployments/record.js";

export const PROJECTS = ["shop", "blog"] as const;
export const ENVIRONMENTS = ["uat", "preprod", "prod"] as const;
export type ProjectName = (typeof PROJECTS)[number];
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

const DEPLOYS_BELOW = "200000000000000001";
const DEPLOYS_PROD = "200000000000000002";
const APPROVES = "200000000000000003";
const SOMETHING_ELSE = "200000000000000004";

/** What is deployed where nothing else is named. */
export const DEFAULT_BRANCH = "release";

/** The roles that people have and lose. */
export const ROLES = [DEPLOYS_BELOW, DEPLOYS_PROD, APPROVES, SOMETHING_ELSE] as const;

/** What an operator changes in the configuration while deployments wait. Each field is on or off. */
export interface Variant {
  /** The restart command of production is another one. */
  readonly otherRestart: boolean;
  /** Production of `shop` needs two approvers. */
  readonly twoApprovers: boolean;
  /** `blog`: its rollbacks of production need an approval, too. */
  readonly rollbacksNeedApproval: boolean;
  /** `preprod` of `shop` is protected, too. */
  readonly protectedPreprod: boolean;
  /** Locks: approvers may still deploy, owners may not. */
  readonly otherLockPolicy: boolean;
  /** Production of `shop` runs on a second host. */
  readonly secondHost: boolean;
}

export const FIRST_VARIANT: Variant = {
  otherRestart: false,
  twoApprovers: true,
  rollbacksNeedApproval: true,
  protectedPreprod: false,
  otherLockPolicy: false,
  secondHost: false,
};

/** Friday 16:00 UTC, for 64 hours. The oracle computes it again, in its own way. */
const WEEKEND = { starts: "0 16 * * 5", lasts: "64h", timeZone: "UTC", reason: "the weekend" };

export function configOf(variant: Variant): Config {
  const host = {
    address: "127.0.0.1",
    user: "deploy",
    key: { variable: "SSH_KEY" },
    hostKeys: [`SHA256:${"A".repeat(43)}`],
  };
  return Config.parse({
    discord: { guild: "112233445566778899", channel: "112233445566778800" },
    hosts: { "web-1": host, "web-2": host },
    projects: {
      shop: { repository: "acme/shop", ref: DEFAULT_BRANCH, environments: environments("shop", variant) },
      blog: { repository: "acme/blog", ref: DEFAULT_BRANCH, environments: environments("blog", variant) },
    },
  });
}

function environments(project: ProjectName, variant: Variant): Record<EnvironmentName, object> {
  return {
    uat: below(project, "uat", variant, false),
    preprod: below(project, "preprod", variant, project === "shop" && variant.protectedPreprod),
    prod: production(project, variant),
  };
}

function below(project: ProjectName, name: EnvironmentName, variant: Variant, isProtected: boolean): object {
  return {
    hosts: ["web-1"],
    strategy: strategyOf(project, name, false),
    roles: { deploy: [DEPLOYS_BELOW], approve: [APPROVES] },
    triggers: { push: name === "uat" ? "main" : "release" },
    locks: lockPolicy(variant),
    ...(isProtected && { approval: { quorum: 1 } }),
  };
}

function production(project: ProjectName, variant: Variant): object {
  const isShop = project === "shop";
  return {
    hosts: isShop && variant.secondHost ? ["web-1", "web-2"] : ["web-1"],
    strategy: strategyOf(project, "prod", variant.otherRestart),
    roles: { deploy: [DEPLOYS_PROD], approve: [APPROVES] },
    from: "preprod",
    outdated: isShop ? "refuse" : "warn",
    freeze: [WEEKEND],
    backup: { run: ["pg_dump"], artifact: `/backup/${project}-prod` },
    health: [{ url: `http://${project}-prod.test/health`, attempts: 1 }],
    locks: lockPolicy(variant),
    triggers: isShop ? {} : { push: "release" },
    approval: {
      quorum: isShop && variant.twoApprovers ? 2 : 1,
      requesterMayApprove: !isShop,
      rollbacks: !isShop && variant.rollbacksNeedApproval,
    },
  };
}

/** The restart carries the project and the environment, so that the oracle sees whose plan a step is of. */
function strategyOf(project: ProjectName, environment: EnvironmentName, otherRestart: boolean): object {
  return {
    type: "git",
    directory: directoryOf({ project, environment }),
    restart: { run: [otherRestart ? "restart-otherwise" : "restart", `${project}-${environment}`] },
  };
}

/** Of the checkout, on each host. */
export function directoryOf({ project, environment }: Target): string {
  return `/srv/${project}-${environment}`;
}

function lockPolicy({ otherLockPolicy }: Variant): object {
  return { ownerMayDeploy: !otherLockPolicy, approversMayDeploy: otherLockPolicy };
}

export function environmentOf(config: Config, project: string, environment: string): EnvironmentConfig {
  const found = config.projects[project]?.environments[environment];
  if (found === undefined) throw new Error(`the model knows no ${project}/${environment}`);
  return found;
}
