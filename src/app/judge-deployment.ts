import type { AuditAction } from "../audit/audit-trail.js";
import { mayApprove, mayDeploy } from "../deployments/gates.js";
import type { DeploymentRecord } from "../deployments/record.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { markFailed, runAgain } from "../deployments/transitions.js";
import { wakeUp } from "./admit-deployment.js";
import { pressEntry, refusePress } from "./audit-press.js";
import { newestRun } from "./judge-request.js";
import type { ActionOutcome, ActionRefusal } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import type { Person } from "./request-deployment.js";

/** *Mark failed*: a person has looked at an indeterminate deployment, and it did not do what it should. */
export function markDeploymentFailed(parts: AppParts, id: string, person: Person): Promise<ActionOutcome> {
  return judge(parts, id, person, { action: "marked-failed", transition: markFailed });
}

/**
 * *Run again*: an indeterminate deployment goes on with the step that broke off, through every gate that is asked
 * before a run. Once another one has run there, what came before the step holds no longer.
 */
export function runDeploymentAgain(parts: AppParts, id: string, person: Person): Promise<ActionOutcome> {
  return judge(parts, id, person, { action: "run-again", transition: runAgain, refusal: newerRan });
}

async function newerRan({ store }: AppParts, record: DeploymentRecord): Promise<ActionRefusal | undefined> {
  const newest = record.state === "indeterminate" ? await newestRun(store, record) : undefined;
  if (newest === undefined || newest.id === record.id) return undefined;
  return { code: "newer-ran", number: newest.number };
}

interface Judgement {
  readonly action: AuditAction;
  readonly transition: typeof markFailed;
  /** What else stands in its way; asked after the person's role. */
  readonly refusal?: (parts: AppParts, record: DeploymentRecord) => Promise<ActionRefusal | undefined>;
}

async function judge(
  parts: AppParts,
  id: string,
  person: Person,
  { action, transition, refusal }: Judgement,
): Promise<ActionOutcome> {
  const found = await parts.store.find(id);
  const target = found && lookUpTarget(parts.config, found);
  if (found === undefined || target === undefined)
    return refusePress(parts, id, person, { code: "not-found" });
  if (!mayJudge(target, person)) return refusePress(parts, id, person, notJudge(target));
  const refused = await refusal?.(parts, found);
  if (refused !== undefined) return refusePress(parts, id, person, refused);
  const by = { userId: person.id, userName: person.name };
  const judged = await parts.store.update(id, (record) => transition(record, by), {
    entry: pressEntry(action, person),
  });
  if (judged === undefined) return refusePress(parts, id, person, await tooLate(parts, found));
  await wakeUp(parts, judged);
  return { kind: "done", record: judged };
}

/** Where the configuration names nobody who approves, those who deploy decide. */
function mayJudge(target: FoundTarget, person: Person): boolean {
  if (target.config.roles.approve !== undefined) return mayApprove(target, person.roles);
  return mayDeploy(target, { kind: "person", ...person });
}

function notJudge({ environment, config }: FoundTarget): ActionRefusal {
  return { code: "not-approver", environment, roles: config.roles.approve ?? config.roles.deploy };
}

async function tooLate({ store }: AppParts, found: DeploymentRecord): Promise<ActionRefusal> {
  const { state } = (await store.find(found.id)) ?? found;
  return { code: "already-decided", state };
}
