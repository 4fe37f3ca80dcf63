import type { MessageView } from "../types.js";
import type { World } from "../world.js";
import { messageView } from "./message-payloads.js";

/** A guard against waiting for ever, not a measure of speed: a busy machine takes its time. Milliseconds. */
export const GUARD_MS = 150_000;

/** The messages of a channel as a person sees them, oldest first. */
export function visibleMessages(world: World, channelId: string, viewerId?: string): readonly MessageView[] {
  world.guild.channel(channelId);
  return world.messages
    .visible(channelId, viewerId)
    .map((message) => messageView(world.guild, world.publicUrl, message));
}

/** Resolves with the first visible message that the predicate accepts, now or later. */
export function waitForMessage(
  world: World,
  channelId: string,
  predicate: (message: MessageView) => boolean,
  { timeoutMs = GUARD_MS, viewerId }: { timeoutMs?: number; viewerId?: string },
): Promise<MessageView> {
  const seen = () => visibleMessages(world, channelId, viewerId);
  return world.changes.waitFor(
    () => seen().find(predicate),
    timeoutMs,
    () => `no message of the channel fits; there are ${JSON.stringify(seen().map(summary), undefined, 2)}`,
  );
}

function summary({ content, embeds, components, edits }: MessageView): object {
  return { content, embeds, components, edits };
}
