import type { REST } from "@discordjs/rest";
import { Routes } from "discord-api-types/v10";
import type { Config } from "../config/schema.js";
import type { CommandMentions } from "./command-mentions.js";
import { wordsFor } from "./locales/index.js";

export interface MemoryNoticeParts {
  readonly config: Config;
  readonly rest: REST;
  readonly mentions: Pick<CommandMentions, "render">;
}

/**
 * Tells people that Redis was emptied. Every process may say so: they use the same nonce, and it is one message.
 * @param instance 24 characters at most
 * @throws DiscordAPIError, HTTPError when Discord does not take the message
 */
export async function postMemoryLost(parts: MemoryNoticeParts, instance: string): Promise<void> {
  const { config, rest, mentions } = parts;
  const content = `🧹 ${wordsFor(config.language).memoryLost}`;
  await rest.post(Routes.channelMessages(config.discord.channel), {
    body: {
      ...(await mentions.render({ content })),
      allowed_mentions: { parse: [] },
      nonce: instance,
      enforce_nonce: true,
    },
  });
}
