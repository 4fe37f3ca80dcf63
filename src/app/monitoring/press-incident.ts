import type { AuditAction, AuditEntry } from "../../audit/audit-trail.js";
import { mayApprove, mayDeploy } from "../../deployments/gates.js";
import type { Actor, Target } from "../../deployments/record.js";
import { lookUpTarget } from "../../deployments/targets.js";
import type { Decision } from "../../health/incidents/decide.js";
import { type Incident, isActive } from "../../health/incidents/incident.js";
import { lookUpRunning } from "../look-up-running.js";
import type { ActionOutcome } from "../outcomes.js";
import { type LogOutcome, type ReadLogsParts, readLogs } from "../read-logs.js";
import type { Person } from "../request-deployment.js";
import { lastChange, rollBackDeployment } from "../roll-back.js";
import type { MonitorParts } from "./monitor-parts.js";
import { tellMonitoring } from "./tell-monitoring.js";

/** Why a press under the message of an incident changes nothing. */
export type IncidentRefusal =
  | { readonly code: "incident-over" }
  | { readonly code: "not-responsible"; readonly roles: readonly string[] }
  | { readonly code: "acknowledged-already"; readonly by: Actor }
  /** A release and logs belong to one environment, and several are down. */
  | { readonly code: "several-environments" };

export type IncidentOutcome =
  | { readonly kind: "acknowledged" }
  /** Milliseconds since the epoch. */
  | { readonly kind: "snoozed"; readonly until: number }
  | { readonly kind: "rollback"; readonly outcome: ActionOutcome }
  | { readonly kind: "logs"; readonly outcome: LogOutcome }
  | { readonly kind: "refused"; readonly refusal: IncidentRefusal };

export type PressParts = Omit<MonitorParts, "messages" | "tools"> & Pick<ReadLogsParts, "readHost">;

/** *Acknowledge*: somebody looks after it, so nobody else is called. The first one counts. */
export async function acknowledgeIncident(
  parts: PressParts,
  incidentId: string,
  person: Person,
): Promise<IncidentOutcome> {
  const found = await findOpen(parts, incidentId, person);
  if (found.kind === "refused") return found;
  if (found.incident.acknowledged !== undefined) return tooLate(found.incident.acknowledged);
  const at = parts.now();
  const byPerson = ({ board }: Decision) => {
    const by = board.incidents[incidentId]?.acknowledged;
    return by?.userId === person.id && by.at === at;
  };
  const decision = await tellMonitoring(
    parts,
    { kind: "acknowledged", incidentId, by: actorOf(person), at },
    (made) => (byPerson(made) ? entryOf("acknowledge", found.incident, person) : undefined),
  );
  if (byPerson(decision)) return { kind: "acknowledged" };
  const by = decision.board.incidents[incidentId]?.acknowledged;
  return by === undefined ? OVER : tooLate(by);
}

/** *Snooze 1 h*: it is still down, and everybody who must know does. */
export async function snoozeIncident(
  parts: PressParts,
  incidentId: string,
  person: Person,
): Promise<IncidentOutcome> {
  const found = await findOpen(parts, incidentId, person);
  if (found.kind === "refused") return found;
  const at = parts.now();
  const snoozedIn = ({ board }: Decision) => board.incidents[incidentId]?.snoozed;
  const decision = await tellMonitoring(
    parts,
    { kind: "snoozed", incidentId, by: actorOf(person), at },
    (made) => snoozedIn(made) && entryOf("snooze", found.incident, person),
  );
  const snoozed = snoozedIn(decision);
  return snoozed === undefined ? OVER : { kind: "snoozed", until: snoozed.until };
}

/** *Roll back*: restores what succeeded before the deployment through which the environment has what runs. */
export async function rollBackIncident(
  parts: PressParts,
  incidentId: string,
  person: Person,
  requestId: string,
): Promise<IncidentOutcome> {
  const found = await findOnly(parts, incidentId);
  if (found.kind === "refused") return found;
  const target = lookUpTarget(parts.config, found.target);
  const last = target && (await lastChange(parts, target, await lookUpRunning(parts, target)));
  if (target !== undefined && last === undefined) {
    const { environment } = target;
    return {
      kind: "rollback",
      outcome: { kind: "refused", refusal: { code: "nothing-to-roll-back", environment } },
    };
  }
  // Whether the person may is asked there.
  return { kind: "rollback", outcome: await rollBackDeployment(parts, last?.id ?? "", person, requestId) };
}

/** *Show logs*: the end of the first log of the environment that is down. */
export async function readIncidentLogs(
  parts: PressParts,
  incidentId: string,
  person: Person,
): Promise<IncidentOutcome> {
  const found = await findOnly(parts, incidentId);
  if (found.kind === "refused") return found;
  const { project, environment } = found.target;
  return { kind: "logs", outcome: await readLogs(parts, { person, project, environment }) };
}

/** The one environment that is down. */
async function findOnly(
  { incidents }: PressParts,
  incidentId: string,
): Promise<{ readonly kind: "found"; readonly target: Target } | Refused> {
  const incident = (await incidents.board()).incidents[incidentId];
  const [only, second] = incident?.members.filter(isActive) ?? [];
  if (only === undefined) return OVER;
  if (second !== undefined) return { kind: "refused", refusal: { code: "several-environments" } };
  return { kind: "found", target: only };
}

type Refused = Extract<IncidentOutcome, { kind: "refused" }>;

const OVER: Refused = { kind: "refused", refusal: { code: "incident-over" } };

function tooLate({ userId, userName }: Actor): IncidentOutcome {
  return { kind: "refused", refusal: { code: "acknowledged-already", by: { userId, userName } } };
}

function actorOf({ id, name }: Person): Actor {
  return { userId: id, userName: name };
}

/** Whoever may deploy or approve on any environment of it may look after the incident. */
async function findOpen(
  parts: PressParts,
  incidentId: string,
  person: Person,
): Promise<{ readonly kind: "found"; readonly incident: Incident } | Refused> {
  const incident = (await parts.incidents.board()).incidents[incidentId];
  if (incident === undefined) return OVER;
  const targets = incident.members.flatMap((member) => lookUpTarget(parts.config, member) ?? []);
  const may = targets.some(
    (target) => mayDeploy(target, { kind: "person", ...person }) || mayApprove(target, person.roles),
  );
  if (may) return { kind: "found", incident };
  const roles = targets.flatMap(({ config }) => [...config.roles.deploy, ...(config.roles.approve ?? [])]);
  const refusal = { code: "not-responsible", roles: [...new Set(roles)] } as const;
  await parts.audit.append(entryOf("refusal", incident, person, { code: refusal.code }));
  return { kind: "refused", refusal };
}

function entryOf(
  action: AuditAction,
  { id, members }: Incident,
  person: Person,
  details: Readonly<Record<string, string>> = {},
): AuditEntry {
  const target: Target | undefined = members.length === 1 ? members[0] : undefined;
  return {
    action,
    actor: { kind: "person", ...actorOf(person) },
    source: "discord",
    ...(target && { target: { project: target.project, environment: target.environment } }),
    details: { incident: id, ...details },
  };
}
