import { type EnvironmentHealth, healthOf, incidentOf, targetKey } from "./board.js";
import { activeMember, probeAt } from "./cadence.js";
import type { DeploymentEnded, DeploymentStarted } from "./event.js";
import { replaceMember, type Turn, withHealth, withIncident } from "./turn.js";
import type { Watched } from "./watched.js";

/** From here on the deployment's own health checks speak. */
export function onDeploymentStarted(
  turn: Turn,
  { target, at, deploymentId }: Pick<DeploymentStarted, "target" | "at" | "deploymentId">,
): Turn {
  const health = healthOf(turn.board, target);
  const known =
    deploymentId === health.ended?.deploymentId || deploymentId === health.suspended?.deploymentId;
  if (known || !turn.watch.has(targetKey(target))) return turn;
  return withHealth(turn, suspend(health, at, deploymentId));
}

/** Looks again at once, or watches a new release for its bake period. */
export function onDeploymentEnded(turn: Turn, { target, at, deployment }: DeploymentEnded): Turn {
  const watched = turn.watch.get(targetKey(target));
  const { suspended, ...health } = healthOf(turn.board, target);
  const known = deployment.id === health.ended?.deploymentId;
  const other = suspended !== undefined && suspended.deploymentId !== deployment.id;
  const late = at < (health.ended?.at ?? at);
  if (watched === undefined || known || other || late) return turn;
  const { lasts, every, onFailure } = watched.monitor.bake;
  const ended = { ...health, ended: { at, deploymentId: deployment.id } };
  if (deployment.state !== "succeeded") return probeAt(offerRollback(turn, watched), ended, at);
  const good = { ...ended, ...(deployment.checked && { lastGoodAt: at }) };
  const wasDown = activeMember(turn, watched) !== undefined;
  const bake = {
    deploymentId: deployment.id,
    until: at + lasts * 1000,
    // Taking a rollback back would bring the release again that was just taken back; and what was down before may be
    // down for a reason of its own: then the release is no worse, and may be the repair.
    action: deployment.kind === "rollback" || wasDown ? ("offer" as const) : onFailure,
  };
  return probeAt(turn, { ...good, bake }, at + (wasDown ? 0 : every * 1000));
}

/** Whatever was to take the release back has not done it: the incident must not go on saying that it does. */
function offerRollback(turn: Turn, watched: Watched): Turn {
  const incident = incidentOf(turn.board, watched);
  const member = activeMember(turn, watched);
  if (incident === undefined || member?.failedBake?.action !== "rollback") return turn;
  const failedBake = { ...member.failedBake, action: "offer" } as const;
  return withIncident(turn, replaceMember(incident, { ...member, failedBake }));
}

/** A deployment whose end nobody told: nothing is known about what it left. */
export function resume(turn: Turn, health: EnvironmentHealth, at: number): Turn {
  const { suspended, ...rest } = health;
  if (suspended === undefined) return turn;
  return probeAt(turn, { ...rest, ended: { at, deploymentId: suspended.deploymentId } }, at);
}

/** A suspicion from before says nothing about after; that it answers again still counts. */
function suspend(health: EnvironmentHealth, at: number, deploymentId: string): EnvironmentHealth {
  const { run, bake: _over, nextProbeAt: _moot, blind: _unseen, silentAt: _unheard, ...rest } = health;
  return { ...rest, ...(run?.ok === true && { run }), suspended: { since: at, deploymentId } };
}
