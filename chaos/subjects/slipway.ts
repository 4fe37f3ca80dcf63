import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { AuditLog } from "../../src/audit/audit-log.js";
import { LogStore } from "../../src/deployments/log-store.js";
import type { AuditedEntry, Claim, RecordedDeployment } from "../history/history.js";
import { PROJECT, REPOSITORY } from "../world/names.js";
import type { World } from "../world/start-world.js";
import { postedMessages } from "./posted-messages.js";
import type { Order, Subject } from "./subject.js";

const ACCEPTED = 202;
const ORDER_RETRY_MS = 200;

/** The compiled bot, told of each commit by a signed push as GitHub sends it. */
export const slipway: Subject = {
  tellsTakeOver: true,

  members(world, workers) {
    const first = { name: "bot", args: ["start"], env: world.env };
    const others = Array.from({ length: workers - 1 }, (_, index) => ({
      name: `worker-${index + 2}`,
      args: ["start", "--role", "worker"],
      env: { ...world.env, HTTP_PORT: "0" },
    }));
    return [first, ...others];
  },

  async order({ github, webhookUrl }, order, signal) {
    const push = { branch: order.environment, before: order.before, after: order.sha };
    const payload = await github.pushPayload(REPOSITORY, push);
    const deliver = () => github.deliver(webhookUrl, "push", payload, { deliveryId: deliveryIdOf(order) });
    while ((await deliver().catch(() => undefined))?.status !== ACCEPTED) {
      await pause(ORDER_RETRY_MS, undefined, { signal });
    }
  },

  async deployments({ client }, environment, newest = 0) {
    const ids = await client.zrange(
      `slipway:environment:${PROJECT}/${environment}:all`,
      String(-newest),
      "-1",
    );
    const stored = await Promise.all(
      ids.map((id) => client.hmget(`slipway:deployment:${id}`, "record", "number")),
    );
    return stored.map(([record, number]) => readRecord(record, number));
  },

  async claim({ client }, environment) {
    const [entry] = await client.hvals(`slipway:running:${PROJECT}/${environment}`);
    return readClaim(entry);
  },

  async log({ client }, id) {
    return (await new LogStore(client).read(id)).toString();
  },

  async audit({ client }) {
    const log = new AuditLog(client);
    const verdict = await log.verify();
    const entries: AuditedEntry[] = [];
    for await (const line of log.export()) entries.push(...readEntry(line));
    if (verdict.kind === "intact") return { entries };
    return { entries, fault: `${verdict.reason} at ${verdict.sequence}` };
  },

  messages: (world: World) => world.lanes.flatMap((lane) => postedMessages(world.discord, lane)),
};

const StoredEntry = z.object({
  action: z.string(),
  deployment: z.number().optional(),
  target: z.object({ environment: z.string() }).optional(),
  details: z.object({ state: z.string(), step: z.string(), outcome: z.string() }).partial().optional(),
});

/** @returns nothing for the first line of an export, which is no entry */
function readEntry(line: string): readonly AuditedEntry[] {
  const { success, data } = StoredEntry.safeParse(JSON.parse(line));
  if (!success) return [];
  const { action, deployment, target, details } = data;
  return [{ action, deployment, environment: target?.environment, ...details }];
}

/** The same for each attempt: GitHub's own deliveries keep theirs when they are sent again. */
function deliveryIdOf({ environment, sha }: Order): string {
  return `${environment}-${sha}`;
}

/** The parts of a record that the judge needs, whatever else a version keeps in it. */
const StoredRecord = z.object({
  id: z.string(),
  environment: z.string(),
  release: z.object({ sha: z.string() }),
  state: z.string(),
  steps: z.array(z.object({ id: z.string(), state: z.string() })),
  failedStep: z.string().optional(),
  failure: z.object({ code: z.string() }).optional(),
  kind: z.string(),
  rollbackOf: z.number().optional(),
  approval: z.object({ given: z.array(z.unknown()) }).optional(),
});

function readRecord(record: unknown, number: unknown): RecordedDeployment {
  const stored = StoredRecord.parse(JSON.parse(z.string().parse(record)));
  const { id, environment, release, state, steps, failedStep, failure, kind, rollbackOf, approval } = stored;
  return {
    ...{ id, number: Number(number), environment, sha: release.sha, state, steps, failedStep },
    ...(kind === "rollback" && { isRollback: true, takesBack: rollbackOf }),
    approvals: approval?.given.length ?? 0,
    failure: failure?.code,
  };
}

const RunningSha = z.object({ sha: z.string() });
const RunningApplication = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("release"), release: RunningSha }),
  z.object({
    kind: z.literal("between"),
    to: RunningSha,
    before: z.looseObject({ kind: z.string(), release: RunningSha.optional() }),
  }),
  z.object({ kind: z.enum(["unknown", "nothing"]) }),
]);
const RunningEntry = z.object({
  application: RunningApplication,
  files: z.object({ kind: z.string(), sha: z.string().optional() }).optional(),
  drift: z.looseObject({}).optional(),
});

/** Nothing is stored of a host that nothing was ever said of. */
function readClaim(stored: string | undefined): Claim {
  if (stored === undefined) return { application: { kind: "unknown" } };
  const { application, files, drift } = RunningEntry.parse(JSON.parse(stored));
  // Once the checkout was moved by hand, what is stored of the application counts as unknown.
  if (drift !== undefined) return { application: { kind: "unknown" } };
  return { application: claimOf(application), files: files?.sha };
}

function claimOf(application: z.output<typeof RunningApplication>): Claim["application"] {
  switch (application.kind) {
    case "release":
      return { kind: "release", sha: application.release.sha };
    case "between":
      return { kind: "between", from: application.before.release?.sha, to: application.to.sha };
    default:
      return { kind: application.kind };
  }
}
