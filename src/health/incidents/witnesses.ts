import { type EnvironmentHealth, healthOf, incidentOf, memberOf, targetKey } from "./board.js";
import { probeAt } from "./cadence.js";
import type { Silence } from "./silence.js";
import type { Turn } from "./turn.js";
import type { Watched } from "./watched.js";

/** What a failed sweep in which nothing was heard means. `open`: others are still asked. */
export type Verdict = "down" | "own" | "open";

/** What was heard in the very second of the first failure may have been heard just before it. Milliseconds. */
const EVIDENCE_MS = 5_000;
/** A probe that comes so soon is soon enough, and one that has not come so long after its time is lost. Milliseconds. */
const SOON_MS = 10_000;
const LOST_MS = 30_000;
/** So many are asked at first, and as many times more with each further failure. */
const ASKED_FIRST = 3;
/** When those who were asked are not heard of, be it that a queue lost them. */
const PATIENCE_CONFIRMATIONS = 3;
const PATIENCE_MS = 60_000;

/**
 * Whether an environment is down of which nothing is heard. The others are the witnesses: those that share no host with
 * it. When none of them is heard of either, it is Slipway that hears nothing.
 */
export function judgeSilence(turn: Turn, watched: Watched, silence: Silence, at: number): Verdict {
  const health = healthOf(turn.board, watched);
  const begun = health.run?.since ?? at;
  const from = evidenceFrom(watched, begun);
  const witnesses = witnessesOf(turn, watched, begun).filter((each) => mayProve(each, silence, from));
  if (witnesses.some((witness) => isProof(witness, silence, { from, at }))) return "down";
  if (witnesses.length === 0) return silence.local === undefined ? "down" : "own";
  if (witnesses.every((witness) => isSilentToo(witness, from))) return "own";
  const waited = at - begun;
  const patience = watched.monitor.confirm.over * 1000 * PATIENCE_CONFIRMATIONS + PATIENCE_MS;
  if (waited <= patience) return "open";
  return silence.local !== undefined || witnesses.some((witness) => isSilentToo(witness, from))
    ? "own"
    : "down";
}

/** Has others looked at, more of them with each failure: nobody may have been about to look for an hour. */
export function askWitnesses(turn: Turn, watched: Watched, at: number): Turn {
  const { run } = healthOf(turn.board, watched);
  if (run === undefined) return turn;
  const from = evidenceFrom(watched, run.since);
  const unheard = witnessesOf(turn, watched, run.since).filter(
    (witness) => !isSilentToo(witness, from) && (witness.heardAt ?? 0) < from,
  );
  const when = Math.max(at, from);
  return unheard
    .slice(0, ASKED_FIRST ** Math.min(run.count, 10))
    .filter((witness) => !isProbedSoon(witness, at, when))
    .reduce((before, witness) => probeAt(before, witness, when), turn);
}

/** Those who wait for each other must not have each other probed all the time. */
function isProbedSoon({ nextProbeAt }: EnvironmentHealth, at: number, when: number): boolean {
  return nextProbeAt !== undefined && nextProbeAt > at - LOST_MS && nextProbeAt <= when + SOON_MS;
}

function evidenceFrom({ monitor: { confirm } }: Watched, begun: number): number {
  return begun + Math.min(EVIDENCE_MS, confirm.over * 500);
}

/** Not what was down before, nor what is being deployed: nobody expects to hear of it. */
function witnessesOf(turn: Turn, watched: Watched, begun: number): readonly EnvironmentHealth[] {
  return [...turn.watch.values()].flatMap((other) => {
    if (targetKey(other) === targetKey(watched) || !areApart(other, watched)) return [];
    const health = healthOf(turn.board, other);
    const incident = incidentOf(turn.board, other);
    const member = incident && memberOf(incident, other);
    const wasDown = member?.state === "down" && member.downSince < begun;
    return health.suspended !== undefined || wasDown ? [] : [health];
  });
}

function areApart({ places }: Watched, other: Watched): boolean {
  if (places.size === 0 || other.places.size === 0) return false;
  return ![...places].some((place) => other.places.has(place));
}

/** What is asked by its address alone says nothing of the resolver. */
function mayProve(witness: EnvironmentHealth, { unresolved }: Silence, from: number): boolean {
  return unresolved === undefined || witness.resolvedAt !== undefined || isSilentToo(witness, from);
}

/** A look that began before the other one answered may have begun before Slipway's network was back. */
function isProof(
  { heardAt = 0, resolvedAt = 0 }: EnvironmentHealth,
  silence: Silence,
  { from, at }: { readonly from: number; readonly at: number },
): boolean {
  const heard = silence.unresolved === undefined ? heardAt : resolvedAt;
  return heard >= from && heard <= at;
}

/** One that cannot be looked at says nothing either, but for what its other checks have heard. */
function isSilentToo({ silentAt = 0, heardAt = 0, blind }: EnvironmentHealth, from: number): boolean {
  return silentAt >= from || (blind !== undefined && heardAt < from);
}
