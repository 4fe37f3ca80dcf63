import { ComponentType } from "discord-api-types/v10";
import type { DiscordStandIn, MessageView } from "../../sandbox/discord/types.js";
import { STATE_EMOJI } from "../../src/discord/messages/look.js";
import type { PostedMessage } from "../history/history.js";
import type { Lane } from "../world/lane.js";
import { PROJECT } from "../world/names.js";

/** The status messages in a lane's channel, as people see them. */
export function postedMessages(discord: DiscordStandIn, lane: Lane): readonly PostedMessage[] {
  const footer = new RegExp(`^${PROJECT} · ${lane.environment} · #(\\d+)$`);
  return discord.messages(lane.channel.id).flatMap((message) => {
    const [, number] = footer.exec(message.embeds[0]?.footer?.text ?? "") ?? [];
    if (number === undefined) return [];
    const { environment } = lane;
    return [{ environment, number: Number(number), state: stateOf(message), buttons: buttonsOf(message) }];
  });
}

function stateOf({ content }: MessageView): string | undefined {
  return Object.entries(STATE_EMOJI).find(([, emoji]) => content.startsWith(emoji))?.[0];
}

function buttonsOf({ components }: MessageView): readonly string[] {
  return components.flatMap((row) => {
    if (row.type !== ComponentType.ActionRow) return [];
    return row.components.flatMap((button) => ("label" in button && button.label ? [button.label] : []));
  });
}
