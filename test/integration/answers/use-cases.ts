import { admitTrigger } from "../../../src/app/admit-trigger.js";
import { cancelDeployment, stopDeployment } from "../../../src/app/cancel-deployment.js";
import { approve, expireApproval, refuse } from "../../../src/app/decide-approval.js";
import { markDeploymentFailed, runDeploymentAgain } from "../../../src/app/judge-deployment.js";
import { endFreeze, type LockParts, releaseLock, startFreeze, takeLock } from "../../../src/app/locks.js";
import { acknowledgeIncident, snoozeIncident } from "../../../src/app/monitoring/press-incident.js";
import { requestDeployment } from "../../../src/app/request-deployment.js";
import { rollBack } from "../../../src/app/roll-back.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import { tendLocks } from "../../../src/app/tend-locks.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { lookUpTarget } from "../../../src/deployments/targets.js";
import { start } from "../../../src/deployments/transitions.js";
import { MemoryNotices } from "../../unit/app/lock-ports.js";
import { down, monitorWorld } from "../../unit/app/monitoring/monitor-world.js";
import { ScriptedRunner, type World } from "../../unit/app/ports.js";
import {
  approver,
  asker,
  DAY,
  deployed,
  lead,
  prod,
  requested,
  stranger,
  uat,
} from "../../unit/app/production.js";
import type { RedisFixture } from "../store/redis-fixture.js";

/** Something that changes what Redis holds. */
export interface UseCase {
  /** Makes the world in which it is done. @returns the id of the deployment that it is about */
  prepare(world: World, fixture: RedisFixture): Promise<string>;
  act(world: World, id: string, fixture: RedisFixture): Promise<unknown>;
  /** It is tried again until it does not fail, as BullMQ does. */
  readonly isJob?: true;
  /** What the hosts do. @defaultValue every command succeeds */
  readonly runner?: () => ScriptedRunner;
  /** What becomes of its newest deployment, where the hosts decide that. */
  readonly ends?: DeploymentRecord["state"];
}

const nothing = async () => "";
const person = { person: asker, environment: "uat" };

async function waiting(world: World): Promise<string> {
  return (await requested(world)).id;
}

async function queued(world: World): Promise<string> {
  return (await requested(world, { environment: "uat" })).id;
}

/** A worker that is gone has begun with it. */
async function running(world: World): Promise<string> {
  const id = await queued(world);
  const claim = { claim: "gone", fence: 1 };
  await world.store.update(id, (record) => start(record, claim, { steps: [], planHash: "plan" }, 1));
  return id;
}

async function cancelled(world: World): Promise<string> {
  const id = await running(world);
  await cancelDeployment(world.parts, id, asker);
  return id;
}

async function brokenOff(world: World): Promise<string> {
  return (await deployed(world)).id;
}

async function twoDeployed(world: World): Promise<string> {
  await deployed(world, Sha.parse("1".repeat(40)));
  return (await deployed(world, Sha.parse("2".repeat(40)))).id;
}

async function rollbackQueued(world: World): Promise<string> {
  await twoDeployed(world);
  const outcome = await rollBack(world.parts, { ...person, requestId: "back" });
  if (outcome.kind === "refused") throw new Error(outcome.refusal.code);
  return outcome.record.id;
}

function push(world: World, sha: string) {
  const target = lookUpTarget(world.parts.config, uat);
  if (target === undefined) throw new Error("uat is not configured");
  const release = { sha: Sha.parse(sha.repeat(40)), ref: "main", subject: "Sell", author: "Ada" };
  return admitTrigger(world.parts, {
    ...{ identity: ["push", sha], target, replacesWaiting: true },
    origin: { kind: "push", branch: "main", pusher: "ada" },
    release: async () => ({ kind: "resolved", release }),
  });
}

function lockParts({ parts }: World): LockParts {
  return { ...parts, notices: new MemoryNotices() };
}

/** The clock of a day later. */
function tomorrow(world: World): World {
  const now = () => world.clock.now + 2 * DAY;
  return { ...world, parts: { ...world.parts, now } };
}

function dies(): ScriptedRunner {
  return new ScriptedRunner(async ({ argv }) =>
    argv.includes("restart-the-app") ? { kind: "indeterminate", reason: "killed" } : undefined,
  );
}

function fails(): ScriptedRunner {
  return new ScriptedRunner(async ({ argv }) =>
    argv.includes("restart-the-app") ? { kind: "exited", code: 3 } : undefined,
  );
}

const run = (world: World, id: string) => runDeployment(world.parts, id, "worker");
const lock = (world: World) => takeLock(lockParts(world), { ...person, reason: "a look at the disks" });
const freeze = (world: World) =>
  startFreeze(lockParts(world), { ...person, reason: "the sales", forSeconds: 60 });

async function thenNothing(work: Promise<unknown>): Promise<string> {
  await work;
  return "";
}

/** Every use case with a change in Redis, and those that write nothing but an audit entry. */
export const USE_CASES: Readonly<Record<string, UseCase>> = {
  "a request for uat": {
    prepare: nothing,
    act: ({ parts }) => requestDeployment(parts, { ...person, requestId: "1" }),
  },
  "a request that needs an approval": {
    prepare: nothing,
    act: ({ parts }) => requestDeployment(parts, { ...person, requestId: "1", environment: "prod" }),
  },
  "a request that is refused": {
    prepare: nothing,
    act: ({ parts }) => requestDeployment(parts, { ...person, requestId: "1", person: stranger }),
  },
  "an approval": { prepare: waiting, act: ({ parts }, id) => approve(parts, id, approver, "DEPLOY") },
  "an approval with another word": {
    prepare: waiting,
    act: ({ parts }, id) => approve(parts, id, lead, "yes"),
  },
  "a refusal to approve": { prepare: waiting, act: ({ parts }, id) => refuse(parts, id, approver) },
  "an approval that expires": {
    prepare: waiting,
    act: (world, id) => expireApproval(tomorrow(world).parts, id),
    isJob: true,
  },
  "a request that is void by now": {
    prepare: async (world) => {
      const id = await waiting(world);
      await world.locks.take({
        ...prod,
        ...{ owner: { userId: "900", userName: "ken" }, reason: "the disks" },
        ...{ since: world.clock.now, expiresAt: world.clock.now + DAY, reminded: false },
      });
      return id;
    },
    act: ({ parts }, id) => approve(parts, id, approver, "DEPLOY"),
  },
  "the cancellation of one that waits": {
    prepare: queued,
    act: ({ parts }, id) => cancelDeployment(parts, id, asker),
  },
  "the cancellation of one that runs": {
    prepare: running,
    act: ({ parts }, id) => cancelDeployment(parts, id, asker),
  },
  "a stop": { prepare: cancelled, act: ({ parts }, id) => stopDeployment(parts, id, asker) },
  "a push that replaces the one before": {
    prepare: (world) => thenNothing(push(world, "1")),
    act: (world) => push(world, "2"),
    isJob: true,
  },
  "a deployment": { prepare: queued, act: run, isJob: true, ends: "succeeded" },
  "a deployment that fails": { prepare: queued, act: run, isJob: true, runner: fails, ends: "failed" },
  "a deployment that breaks off": {
    prepare: queued,
    act: run,
    isJob: true,
    runner: dies,
    ends: "indeterminate",
  },
  "a deployment that is taken over": { prepare: running, act: run, isJob: true },
  "marking as failed": {
    prepare: brokenOff,
    act: ({ parts }, id) => markDeploymentFailed(parts, id, lead),
    runner: dies,
  },
  "running again": {
    prepare: brokenOff,
    act: ({ parts }, id) => runDeploymentAgain(parts, id, lead),
    runner: dies,
  },
  "the request of a rollback": {
    prepare: twoDeployed,
    act: ({ parts }) => rollBack(parts, { ...person, requestId: "back" }),
  },
  "a rollback": { prepare: rollbackQueued, act: run, isJob: true, ends: "succeeded" },
  "the acknowledgement of an incident": {
    prepare: async (_world, fixture) => (await down(monitorWorld(fixture), uat)).id,
    act: (_world, id, fixture) => acknowledgeIncident(monitorWorld(fixture).parts, id, asker),
  },
  "the snooze of an incident": {
    prepare: async (_world, fixture) => (await down(monitorWorld(fixture), uat)).id,
    act: (_world, id, fixture) => snoozeIncident(monitorWorld(fixture).parts, id, asker),
  },
  "a lock": { prepare: nothing, act: lock },
  "a lock that is renewed": { prepare: (world) => thenNothing(lock(world)), act: lock },
  "an unlock": {
    prepare: (world) => thenNothing(lock(world)),
    act: (world) => releaseLock(lockParts(world), { ...person, person: lead }),
  },
  "a freeze": { prepare: nothing, act: freeze },
  "the end of a freeze": {
    prepare: (world) => thenNothing(freeze(world)),
    act: (world) => endFreeze(lockParts(world), person),
  },
  "locks and freezes that end": {
    prepare: async (world) => {
      await freeze(world);
      return thenNothing(lock(world));
    },
    act: (world) => tendLocks(lockParts(tomorrow(world))),
    isJob: true,
  },
};

/** What is the same whenever it is done: tokens come from the clock of Redis, ids from that of the request. */
export function comparable(value: unknown): string {
  const text = JSON.stringify(value, (key, each: unknown) => (key === "fence" ? undefined : each), 1);
  const ids: string[] = [];
  return text.replace(/\b[0-9a-f]{24}\b/g, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `id ${ids.indexOf(id)}`;
  });
}

/** What Redis holds after it. */
export async function stateOf({ store, locks, audit, clock }: World): Promise<{
  readonly records: readonly DeploymentRecord[];
  readonly audit: readonly string[];
  readonly locks: unknown;
}> {
  const at = clock.now;
  return {
    records: [...(await store.newest(uat, 10)), ...(await store.newest(prod, 10))],
    audit: (await audit.entries()).map((entry) => JSON.stringify(entry)),
    locks: [await locks.all(at), await locks.freezes(at), await locks.holders()],
  };
}
