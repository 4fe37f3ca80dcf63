import type { Target } from "../../deployments/record.js";
import { followBlindness } from "./blindness.js";
import { type EnvironmentHealth, healthOf, sameTarget, targetKey } from "./board.js";
import { activeMember, probeAt, waitOf } from "./cadence.js";
import type { Ticked } from "./event.js";
import { type Incident, isActive } from "./incident.js";
import { closeIfOver } from "./membership.js";
import { onDeploymentStarted, resume } from "./on-deployment.js";
import { summarize } from "./summaries.js";
import { replaceMember, type Turn, withEffect, withHealth } from "./turn.js";
import type { Watched } from "./watched.js";
import { withoutFuture } from "./without-future.js";

/** A probe that has not come so long after its time was lost. Milliseconds. */
const OVERDUE_MS = 30_000;

export function onTick(turn: Turn, event: Ticked): Turn {
  const steps = [forgetUnwatched, forgetFuture, followDeployments, endBakes, askAgain, endBlindness];
  const mended = steps.reduce((before, step) => step(before, event), turn);
  const told = summarize(mended, event.at);
  return event.restarted === true ? drawAgain(told) : told;
}

/** What the configuration does not watch any more is in nobody's way. */
function forgetUnwatched(turn: Turn, { at }: Ticked): Turn {
  const kept = Object.entries(turn.board.environments).filter(([key]) => turn.watch.has(key));
  const all = Object.keys(turn.board.environments).length === kept.length;
  const board = all ? turn.board : { ...turn.board, environments: Object.fromEntries(kept) };
  return Object.values(board.incidents).reduce(
    (before, incident) => {
      const gone = incident.members.filter(
        (member) => isActive(member) && !turn.watch.has(targetKey(member)),
      );
      if (gone.length === 0) return before;
      const left = gone.reduce<Incident>(
        (current, member) => replaceMember(current, { ...member, state: "unwatched" }),
        incident,
      );
      return closeIfOver(before, left, at);
    },
    { ...turn, board },
  );
}

/** Also where nothing is probed that would count: while a deployment seems to run there. */
function forgetFuture(turn: Turn, { at }: Ticked): Turn {
  return [...turn.watch.values()].reduce((before, watched) => {
    const known = before.board.environments[targetKey(watched)];
    const plausible = known && withoutFuture(known, watched, at);
    return plausible === known || plausible === undefined ? before : withHealth(before, plausible);
  }, turn);
}

/** The holders of the locks are the truth; what was told since they were looked up is newer. */
function followDeployments(turn: Turn, { at, deploying }: Ticked): Turn {
  const ended = Object.values(turn.board.environments).filter(
    (health) => health.suspended !== undefined && health.suspended.since < at && !isIn(deploying, health),
  );
  const resumed = ended.reduce((before, health) => resume(before, health, at), turn);
  return deploying.reduce((before, { deploymentId, ...target }) => {
    const { suspended, ended: last } = healthOf(before.board, target);
    const newer = Math.max(suspended?.since ?? 0, last?.at ?? 0) >= at;
    return newer ? before : onDeploymentStarted(before, { target, at, deploymentId });
  }, resumed);
}

function isIn(targets: readonly Target[], target: Target): boolean {
  return targets.some((each) => sameTarget(each, target));
}

function endBakes(turn: Turn, { at }: Ticked): Turn {
  return Object.values(turn.board.environments).reduce((before, health) => {
    const over = health.bake !== undefined && at > health.bake.until && health.run?.ok !== false;
    return over ? withHealth(before, { ...health, bake: undefined }) : before;
  }, turn);
}

/** Of what is not watched any more, or is being deployed, nothing will be heard. */
function endBlindness(turn: Turn, { at }: Ticked): Turn {
  return followBlindness(turn, at);
}

/** The queue may have lost a probe, or the store an environment that it could not read; or one is new. */
function askAgain(turn: Turn, { at, restarted }: Ticked): Turn {
  return [...turn.watch.values()].reduce((before, watched) => {
    const health = healthOf(before.board, watched);
    const { nextProbeAt, lastAt, suspended } = health;
    const isNew = lastAt === undefined && nextProbeAt === undefined && suspended === undefined;
    const overdue = nextProbeAt !== undefined && nextProbeAt < at - OVERDUE_MS;
    const lost = nextProbeAt === undefined && wantsProbe(before, watched, health, at);
    if (isNew || overdue || lost) return probeAt(before, health, at);
    return restarted === true && nextProbeAt !== undefined ? probeAt(before, health, nextProbeAt) : before;
  }, turn);
}

function wantsProbe(turn: Turn, watched: Watched, health: EnvironmentHealth, at: number): boolean {
  return waitOf(health, activeMember(turn, watched), watched.monitor, at) !== undefined;
}

/** Buttons that were pressed while Slipway was away led nowhere: what is shown is made true again. */
function drawAgain(turn: Turn): Turn {
  return Object.keys(turn.board.incidents).reduce(
    (before, incidentId) => withEffect(before, { kind: "edit", incidentId }),
    turn,
  );
}
