import { expireApproval } from "../../src/app/decide-approval.js";
import type { AuditAction } from "../../src/audit/audit-trail.js";
import { KeptEntry } from "../../src/audit/kept-entry.js";
import { type DeploymentState, isFinal } from "../../src/deployments/record.js";
import type { Model } from "./model.js";
import type { Known } from "./oracle.js";
import { deliver, PLAIN } from "./play-runs.js";
import { snapshotOf } from "./world.js";

const ENDS: Readonly<Partial<Record<DeploymentState, AuditAction>>> = {
  succeeded: "ended",
  failed: "ended",
  indeterminate: "ended",
  superseded: "superseded",
  refused: "approval-refused",
  expired: "expired",
  void: "void",
};

/** Lets everything come to its end, as restarted workers would, and judges what is left. @throws InvariantError */
export async function comeToRest(model: Model): Promise<void> {
  const { world, oracle } = model;
  world.faults.members = false;
  world.faults.github = false;
  // A held environment lets the next one in only after its own deployment has ended.
  for (let round = 0; round < 3; round++) await endAll(model);
  for (const known of oracle.known.values()) await judgeEnd(model, known);
  for (const holder of await model.locks.holders()) {
    const known = oracle.known.get(holder.deploymentId);
    if (known?.killed !== true)
      oracle.violate("no deployment holds an environment at rest", { holder, known });
  }
  await judgeTrail(model);
  await model.judgeRunning(true);
  await model.words.judgeRest();
  oracle.check();
}

async function endAll(model: Model): Promise<void> {
  const { world, oracle } = model;
  for (const { id } of oracle.known.values()) {
    if (oracle.finals.has(id)) continue;
    const moment = { before: snapshotOf(world), jitter: 0, crowd: false };
    await deliver(model, id, PLAIN, moment, async () => undefined);
    await model.settle();
  }
  world.clock += 24 * 3600 * 1000;
  for (const { id } of oracle.known.values()) {
    if (!oracle.finals.has(id)) await expireApproval(model.parts(), id);
  }
  await model.settle();
}

async function judgeEnd({ oracle, store }: Model, { id }: Known): Promise<void> {
  const record = await store.find(id);
  const final = oracle.finals.get(id);
  if (record === undefined || !isFinal(record)) oracle.violate("every request comes to an end", { record });
  else if (record.state !== final) oracle.violate("an end is final", { record, final });
}

async function judgeTrail(model: Model): Promise<void> {
  const { oracle } = model;
  const verdict = await model.audit().verify();
  if (verdict.kind !== "intact") oracle.violate("the audit trail is whole", verdict);
  const actions = new Map<number, AuditAction[]>();
  for await (const line of model.audit().export()) {
    const entry = KeptEntry.safeParse(JSON.parse(line)).data;
    if (entry?.deployment === undefined) continue;
    actions.set(entry.deployment, [...(actions.get(entry.deployment) ?? []), entry.action]);
  }
  for (const known of oracle.known.values()) judgeEntries(model, known, actions.get(known.number) ?? []);
}

/** One request, one end of the right kind, and each approval that counted. */
function judgeEntries({ oracle, counted }: Model, known: Known, actions: readonly AuditAction[]): void {
  const state = oracle.finals.get(known.id);
  const count = (...wanted: AuditAction[]) => actions.filter((action) => wanted.includes(action)).length;
  const requests = count("request", "break-glass");
  const stopped = state === "cancelled" && count("ended") === 0;
  const ends =
    count("ended", "superseded", "approval-refused", "expired", "void") + (stopped ? count("cancel") : 0);
  const expected = state === "cancelled" ? (count("started") > 0 ? "ended" : "cancel") : state && ENDS[state];
  const right = expected === undefined ? 0 : count(expected);
  const approvals = count("approval");
  const facts = { known, state, actions };
  if (requests !== 1) oracle.violate("one request in the trail for each deployment", facts);
  if (ends > 1 || (!known.killed && (ends !== 1 || right !== 1))) {
    oracle.violate("one end in the trail for each deployment", facts);
  }
  if (!known.killed && approvals !== (counted.get(known.id) ?? 0)) {
    oracle.violate("each approval that counted is in the trail", facts);
  }
}
