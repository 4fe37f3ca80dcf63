import {
  comparisonOf,
  type Drop,
  type Dropped,
  type DropReason,
  dropReason,
  type Episode,
  endedWithout,
  withDrop,
  withEnd,
  withJoined,
} from "../deployments/dropped.js";
import type { DeploymentRecord, Target } from "../deployments/record.js";
import type { Sha } from "../deployments/release.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { deploymentId } from "./admit-deployment.js";
import type { TriggerOutcome } from "./admit-trigger.js";
import { lookUpRunning } from "./look-up-running.js";
import type { ActionOutcome } from "./outcomes.js";
import type { AppParts } from "./ports.js";
import { admitPersons, defaultRef, type Person } from "./request-deployment.js";

/**
 * Keeps what a trigger wanted and did not get: a refusal counts as a drop at once; what joined a person's request counts
 * once that ends without a deployment. Repeated for the same key, it counts once.
 */
export async function keepDrop(
  parts: AppParts,
  target: FoundTarget,
  identity: readonly string[],
  drop: Drop,
  outcome: TriggerOutcome,
): Promise<void> {
  if (outcome.kind === "refused") {
    await countDrop(parts, target, drop, dropReason(outcome.refusal));
    return;
  }
  const { id, origin } = outcome.record;
  if (id === deploymentId(identity, target) || origin.kind !== "command") return;
  if (await parts.dropped.change(target, (current) => withJoined(current, drop, id)))
    await parts.queues.addDropped(target);
}

/** Counts a push whose commit was dropped before, with an earlier push or an earlier look at the branch. */
export async function countAgain(
  parts: AppParts,
  target: FoundTarget,
  { branch, sha, key }: { readonly branch: string; readonly sha: Sha; readonly key: string },
): Promise<void> {
  const changed = await parts.dropped.change(target, (current) => {
    const { episode } = current;
    if (episode === undefined || episode.end !== undefined) return undefined;
    const { newest, reason } = episode;
    if (newest.ref !== branch || newest.release?.sha !== sha) return undefined;
    return withDrop(current, { ...newest, key }, reason);
  });
  if (changed) await parts.queues.addDropped(target);
}

async function countDrop(parts: AppParts, target: Target, drop: Drop, reason: DropReason): Promise<void> {
  await parts.dropped.change(target, (current) => withDrop(current, drop, reason));
  await parts.queues.addDropped(target);
}

/** Asks for every environment to be looked at where something was dropped. */
export async function tendDropped(parts: Pick<AppParts, "dropped" | "queues">): Promise<void> {
  for (const dropped of await parts.dropped.all()) {
    if (dropped.episode !== undefined || dropped.joined.length > 0) await parts.queues.addDropped(dropped);
  }
}

/** Counts what joined a request that has ended since, and ends the episode once its newest commit runs. */
export async function settleDropped(parts: AppParts, named: Target): Promise<void> {
  const target = lookUpTarget(parts.config, named);
  if (target === undefined) return;
  await settleJoined(parts, target);
  const { episode } = await parts.dropped.find(target);
  if (episode !== undefined && episode.end === undefined) await endWhereItRuns(parts, target, episode);
}

async function settleJoined(parts: AppParts, target: FoundTarget): Promise<void> {
  const { joined } = await parts.dropped.find(target);
  for (const { deployment, ...drop } of joined) {
    const record = await parts.store.find(deployment);
    if (record !== undefined && isOpen(record)) continue;
    const ended = record && endedWithout(record.state);
    await parts.dropped.change(target, (current) => {
      const without = { ...current, joined: current.joined.filter(({ key }) => key !== drop.key) };
      if (record === undefined || ended === undefined) return without;
      const reason = { code: "request-ended", number: record.number, state: ended } as const;
      return withDrop(without, drop, reason) ?? without;
    });
  }
}

function isOpen({ state }: DeploymentRecord): boolean {
  return state === "awaiting-approval" || state === "queued" || state === "running";
}

async function endWhereItRuns(parts: AppParts, target: FoundTarget, episode: Episode): Promise<void> {
  const { summary } = await lookUpRunning(parts, target);
  const newest = episode.newest.release?.sha;
  if (summary.kind !== "release" || newest === undefined) return;
  const running = summary.release.sha;
  const compared = comparisonOf(newest, running);
  if (episode.compared === compared) return;
  const relation = await parts.branches.relation(episode.newest.repository, newest, running);
  if (relation === "unknown") return;
  const number = summary.deployment?.number;
  const contains = relation === "identical" || relation === "ahead";
  await parts.dropped.change(target, (current) => {
    // Another commit may have been dropped meanwhile.
    if (current.episode?.id !== episode.id || current.episode.newest.key !== episode.newest.key)
      return undefined;
    if (!contains) return noteCompared(current, compared);
    return withEnd(current, episode.id, { kind: "runs", ...(number !== undefined && { number }) });
  });
}

function noteCompared(dropped: Dropped, compared: string): Dropped | undefined {
  return dropped.episode && { ...dropped, episode: { ...dropped.episode, compared } };
}

/** The *Deploy newest* button: deploys the head of the branch as it is now, as the person who pressed. */
export async function deployDropped(
  parts: AppParts,
  { episode: id, ...named }: Target & { readonly episode: string },
  person: Person,
  requestId: string,
): Promise<ActionOutcome> {
  const target = lookUpTarget(parts.config, named);
  const { episode } = await parts.dropped.find(named);
  if (target === undefined || episode?.id !== id || episode.end !== undefined) {
    return { kind: "refused", refusal: { code: "settled-already" } };
  }
  const { source, ref } = episode.newest;
  const outcome = await admitPersons(
    parts,
    { requestId, person },
    {
      ...{ kind: "deploy", target, asked: { ref } },
      release: () => (source === "push" ? headOf(parts, target, ref) : refOf(parts, target)),
    },
  );
  if (outcome.kind === "refused") return outcome;
  const by = { userId: person.id, userName: person.name };
  const { number } = outcome.record;
  await parts.dropped.change(target, (current) => withEnd(current, id, { kind: "button", number, by }));
  await parts.queues.addDropped(target);
  return { ...outcome, kind: "started" };
}

/** Of a branch, also where a tag has the same name. */
async function headOf({ refs }: AppParts, target: FoundTarget, branch: string) {
  const resolved = await refs.resolve(target.projectConfig.repository, `heads/${branch}`);
  if (resolved.kind === "refused") return resolved;
  return { kind: "resolved", release: { ...resolved.release, ref: branch } } as const;
}

function refOf({ refs }: AppParts, target: FoundTarget) {
  return refs.resolve(target.projectConfig.repository, defaultRef(target));
}
