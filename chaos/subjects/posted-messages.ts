import { ComponentType } from "discord-api-types/v10";
import type { DiscordStandIn, MessageView } from "../../sandbox/discord/types.js";
import { STATE_EMOJI } from "../../src/discord/messages/look.js";
import type { PostedMessage } from "../history/history.js";
import type { MessageText } from "../words/message-text.js";
import type { Lane } from "../world/lane.js";
import { PROJECT } from "../world/names.js";

/** The status messages in a lane's channel, as people see them. */
export function postedMessages(discord: DiscordStandIn, lane: Lane): readonly PostedMessage[] {
  return discord.messages(lane.channel.id).flatMap((message) => {
    const number = numberOf(message, lane);
    if (number === undefined) return [];
    const text = messageText(message);
    const { buttons } = text;
    return [{ environment: lane.environment, number, state: stateOf(message), buttons, text }];
  });
}

/** What Discord shows of a message, or would show. */
interface Shown {
  readonly content?: string | undefined;
  readonly embeds?: MessageView["embeds"] | undefined;
  readonly components?: MessageView["components"] | undefined;
}

/** What a person reads in a message, and can press there. */
export function messageText(message: Shown): MessageText {
  const { description = "", fields = [], footer } = message.embeds?.[0] ?? {};
  return {
    ...{ content: message.content ?? "", description },
    fields: fields.map(({ name, value }) => ({ name, value })),
    footer: footer?.text ?? "",
    buttons: buttonsOf(message)
      .filter(({ disabled }) => !disabled)
      .map(({ label }) => label),
  };
}

/** The status message of one deployment. */
export function messageOf(discord: DiscordStandIn, lane: Lane, number: number): MessageView | undefined {
  return discord.messages(lane.channel.id).find((message) => numberOf(message, lane) === number);
}

/** The custom_id of a button that can be pressed. */
export function buttonLabelled(message: MessageView, label: string): string | undefined {
  return buttonsOf(message).find((button) => button.label === label && !button.disabled)?.id;
}

function numberOf({ embeds }: MessageView, { environment }: Lane): number | undefined {
  const footer = new RegExp(`^${PROJECT} · ${environment} · #(\\d+)$`);
  const [, number] = footer.exec(embeds[0]?.footer?.text ?? "") ?? [];
  return number === undefined ? undefined : Number(number);
}

function stateOf({ content }: MessageView): string | undefined {
  return Object.entries(STATE_EMOJI).find(([, emoji]) => content.startsWith(emoji))?.[0];
}

function buttonsOf({ components = [] }: Pick<Shown, "components">) {
  return components.flatMap((row) => {
    if (row.type !== ComponentType.ActionRow) return [];
    return row.components.flatMap((button) => {
      if (!("label" in button && button.label && "custom_id" in button)) return [];
      return [{ label: button.label, id: button.custom_id, disabled: button.disabled === true }];
    });
  });
}
