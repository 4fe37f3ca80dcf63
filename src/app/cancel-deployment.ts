import { mayApprove, mayDeploy } from "../deployments/gates.js";
import { isFinal } from "../deployments/record.js";
import { lookUpTarget } from "../deployments/targets.js";
import { requestCancel, requestStop } from "../deployments/transitions.js";
import { pressEntry, refusePress } from "./audit-press.js";
import type { ActionOutcome, ActionRefusal } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import type { Person } from "./request-deployment.js";

/** *Cancel*: a waiting deployment ends at once, a running one after its current step. */
export function cancelDeployment(parts: AppParts, id: string, person: Person): Promise<ActionOutcome> {
  return end(parts, id, person, "cancel");
}

/** *Stop now*, once it was cancelled: its current step is ended on the host, with all that it started. */
export async function stopDeployment(parts: AppParts, id: string, person: Person): Promise<ActionOutcome> {
  const outcome = await end(parts, id, person, "stop");
  if (outcome.kind === "done") await parts.queues.addStop(id);
  return outcome;
}

const TRANSITIONS = { cancel: requestCancel, stop: requestStop } as const;

async function end(
  parts: AppParts,
  id: string,
  person: Person,
  action: keyof typeof TRANSITIONS,
): Promise<ActionOutcome> {
  const found = await parts.store.find(id);
  const target = found && lookUpTarget(parts.config, found);
  if (found === undefined || target === undefined)
    return refusePress(parts, id, person, { code: "not-found" });
  if (!mayDeploy(target, { kind: "person", ...person }) && !mayApprove(target, person.roles)) {
    const { environment, config } = target;
    return refusePress(parts, id, person, { code: "role-missing", environment, roles: config.roles.deploy });
  }
  const by = { userId: person.id, userName: person.name };
  const cancelled = await parts.store.update(id, (record) => TRANSITIONS[action](record, by, parts.now()), {
    entry: pressEntry(action, person),
  });
  if (cancelled === undefined) return refusePress(parts, id, person, await whyNot(parts, id));
  await parts.queues.addAnnouncement(id, "now");
  return { kind: "done", record: cancelled };
}

async function whyNot({ store }: AppParts, id: string): Promise<ActionRefusal> {
  const record = await store.find(id);
  if (record === undefined) return { code: "not-found" };
  if (isFinal(record)) return { code: "already-decided", state: record.state };
  return { code: "cancel-requested-already" };
}
