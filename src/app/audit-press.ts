import type { AuditAction, AuditEntry } from "../audit/audit-trail.js";
import type { DeploymentRecord, Target } from "../deployments/record.js";
import type { ActionOutcome, ActionRefusal } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import type { Person } from "./request-deployment.js";

/** What a refusal was about, as far as it is known. */
export interface RefusedMatter {
  readonly target?: Target | undefined;
  /** The deployment's number. */
  readonly deployment?: number | undefined;
}

/** Writes down what a person wanted in vain, and why. */
export async function auditRefusal(
  { audit }: Pick<AppParts, "audit">,
  person: Person,
  { code }: { readonly code: string },
  { target, deployment }: RefusedMatter,
): Promise<void> {
  await audit.append({
    action: "refusal",
    actor: { kind: "person", userId: person.id, userName: person.name },
    source: "discord",
    ...(target && { target: { project: target.project, environment: target.environment } }),
    ...(deployment !== undefined && { deployment }),
    details: { code },
  });
}

/** What is written down when a person changes a deployment by a button under its message. */
export function pressEntry(action: AuditAction, person: Person): (record: DeploymentRecord) => AuditEntry {
  return ({ project, environment, number }) => ({
    action,
    actor: { kind: "person", userId: person.id, userName: person.name },
    source: "discord",
    target: { project, environment },
    deployment: number,
  });
}

/** Refuses a press of a button under the message of a deployment; one that nobody knows leaves no trace. */
export async function refusePress(
  parts: Pick<AppParts, "audit" | "store">,
  id: string,
  person: Person,
  refusal: ActionRefusal,
): Promise<ActionOutcome> {
  const record = await parts.store.find(id);
  if (record !== undefined) {
    await auditRefusal(parts, person, refusal, { target: record, deployment: record.number });
  }
  return { kind: "refused", refusal };
}
