import { standingRefusal } from "../app/judge-request.js";
import type { AppParts } from "../app/ports.js";
import { dropReason, type Episode } from "../deployments/dropped.js";
import type { Target } from "../deployments/record.js";
import { channelOf, type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import type { ActionStore } from "./action-store.js";
import { type Announced, keepMessage, type MessageParts } from "./kept-message.js";
import { type DroppedView, droppedMessage } from "./messages/dropped-message.js";

export interface DroppedAnnouncerParts extends MessageParts, Pick<AppParts, "config" | "dropped" | "locks"> {
  readonly actions: Pick<ActionStore, "idFor">;
}

/**
 * Keeps the message about what was dropped in an environment in step with what is stored. Safe to call at any time and
 * again.
 *
 * @throws DiscordAPIError, HTTPError when Discord does not take the message; the caller tries again
 */
export async function announceDropped(parts: DroppedAnnouncerParts, named: Target): Promise<Announced> {
  const target = lookUpTarget(parts.config, named);
  if (target === undefined) return DONE;
  const { previous, episode } = await parts.dropped.find(target);
  for (const each of [previous, episode]) {
    const announced = each === undefined ? DONE : await announce(parts, target, each);
    if (announced.kind === "later") return announced;
  }
  return DONE;
}

const DONE: Announced = { kind: "done" };

async function announce(
  parts: DroppedAnnouncerParts,
  target: FoundTarget,
  episode: Episode,
): Promise<Announced> {
  // What ended before anybody was told of it is not worth a message.
  if (episode.end !== undefined && (await parts.announcements.find(episode.id)) === undefined) return DONE;
  return keepMessage(parts, {
    id: episode.id,
    channelId: channelOf(parts.config, target),
    body: droppedMessage(await viewOf(parts, target, episode), parts.config.language),
    notified: [],
    files: async () => [],
  });
}

/** What stands in the way at this moment: the lock of today may be another one than that of the push. */
async function viewOf(
  parts: DroppedAnnouncerParts,
  { project, environment, ...found }: FoundTarget,
  episode: Episode,
): Promise<DroppedView> {
  const view = { project, environment, episode };
  if (episode.end !== undefined) return view;
  const target = { project, environment, ...found };
  const refusal = await standingRefusal(parts, { kind: "deploy", target, requester: { kind: "trigger" } });
  const dropped = { project, environment, episode: episode.id };
  const buttonId = await parts.actions.idFor({ dropped }, "deploy-newest");
  return { ...view, buttonId, obstacle: refusal === undefined ? lasting(episode) : dropReason(refusal) };
}

/** A lock or a freeze is over when it is not found any more; whether another gate has opened, a press finds out. */
function lasting({ reason }: Episode): Episode["reason"] | undefined {
  return reason.code === "locked" || reason.code === "frozen" ? undefined : reason;
}
