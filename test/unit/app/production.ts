import type { RequestOutcome } from "../../../src/app/outcomes.js";
import type { AppParts } from "../../../src/app/ports.js";
import {
  type DeploymentRequest,
  deployAgain,
  type Person,
  type RunsAlready,
  requestDeployment,
} from "../../../src/app/request-deployment.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { Config } from "../../../src/config/schema.js";
import type { PersonLock } from "../../../src/deployments/locks.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import type { Sha } from "../../../src/deployments/release.js";
import type { RedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput } from "../deployments/samples.js";
import { ScriptedRunner, type World, worldOf } from "./ports.js";

export const DEPLOY_ROLE = "223344556677889900";
export const APPROVE_ROLE = "223344556677889911";
export const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** May ask for a deployment. */
export const asker: Person = { id: "100", name: "ada", roles: [DEPLOY_ROLE] };
/** May approve, and not ask. */
export const approver: Person = { id: "200", name: "grace", roles: [APPROVE_ROLE] };
export const secondApprover: Person = { id: "300", name: "linus", roles: [APPROVE_ROLE] };
/** May do both. */
export const lead: Person = { id: "400", name: "barbara", roles: [DEPLOY_ROLE, APPROVE_ROLE] };
export const stranger: Person = { id: "500", name: "mallory", roles: ["223344556677889999"] };

/** shop/prod, which asks for an approval. */
export const prod = { project: "shop", environment: "prod" };
export const uat = { project: "shop", environment: "uat" };

/** A prod that differs from the usual one, beside an open uat. */
export function productionConfig(changes: object = {}, approval: object = {}, project: object = {}): Config {
  const roles = { deploy: [DEPLOY_ROLE], approve: [APPROVE_ROLE] };
  const environments = {
    uat: environmentInput({ roles }),
    prod: environmentInput({ roles, approval, ...changes }),
  };
  return configWith({}, { projects: { shop: { repository: "acme/shop", environments, ...project } } });
}

/** A world in which everybody has the roles that they act with. */
export function productionWorld(
  fixture: RedisFixture,
  config: Config = productionConfig(),
  runner: ScriptedRunner = new ScriptedRunner(async () => undefined),
): World {
  const world = worldOf(fixture, config, runner);
  for (const { id, roles } of [asker, approver, secondApprover, lead, stranger]) {
    world.members.roles.set(id, roles);
  }
  return world;
}

/** The same world after somebody changed the configuration. */
export function reconfigured(world: World, config: Config): World {
  return { ...world, parts: { ...world.parts, config } };
}

let requests = 0;

/** An id that no other request has. */
export function newRequestId(): string {
  return `request-${++requests}`;
}

/** A deployment that somebody asked for. */
export async function requested(
  world: World,
  changes: Partial<DeploymentRequest> = {},
): Promise<DeploymentRecord> {
  const request = { requestId: newRequestId(), person: asker, environment: "prod", ...changes };
  return requestAlsoAgain(world.parts, request);
}

/** `/deploy`, and *Deploy again* where Slipway asks whether to deploy what runs already. */
export async function requestAlsoAgain(
  parts: AppParts,
  request: DeploymentRequest,
): Promise<DeploymentRecord> {
  const outcome = await requestDeployment(parts, request);
  if (outcome.kind !== "runs-already") return accepted(outcome);
  const pressed = await deployAgain(parts, outcome.again, request.person);
  if (pressed.kind === "refused") throw new Error(`refused: ${pressed.refusal.code}`);
  return pressed.record;
}

export function accepted(outcome: RequestOutcome | RunsAlready): DeploymentRecord {
  if (outcome.kind === "accepted") return outcome.record;
  throw new Error(outcome.kind === "refused" ? `refused: ${outcome.refusal.code}` : outcome.kind);
}

/** A deployment that has run on uat, or on another environment that asks nobody. */
export async function deployed(
  world: World,
  sha: Sha = world.github.commit,
  environment = "uat",
): Promise<DeploymentRecord> {
  const record = await requested(world, { environment, ref: sha });
  await runDeployment(world.parts, record.id, "worker");
  return found(world, record);
}

export async function found({ store }: World, { id }: { readonly id: string }): Promise<DeploymentRecord> {
  const record = await store.find(id);
  if (record === undefined) throw new Error(`${id} is gone`);
  return record;
}

/** A lock that somebody else holds for an hour. */
export function aLock({ clock }: World, changes: Partial<PersonLock> = {}): PersonLock {
  return {
    ...prod,
    ...{ owner: { userId: "900", userName: "ken" }, reason: "a look at the disks" },
    ...{ since: clock.now, expiresAt: clock.now + 60 * MINUTE, reminded: false },
    ...changes,
  };
}
