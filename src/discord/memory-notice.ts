import type { REST } from "@discordjs/rest";
import { Routes } from "discord-api-types/v10";
import type { Config } from "../config/schema.js";
import { wordsFor } from "./locales/index.js";

/**
 * Tells people that Redis was emptied. Every process may say so: they use the same nonce, and it is one message.
 * @param instance 24 characters at most
 * @throws DiscordAPIError, HTTPError when Discord does not take the message
 */
export async function postMemoryLost(
  { config, rest }: { readonly config: Config; readonly rest: REST },
  instance: string,
): Promise<void> {
  await rest.post(Routes.channelMessages(config.discord.channel), {
    body: {
      content: `🧹 ${wordsFor(config.language).memoryLost}`,
      allowed_mentions: { parse: [] },
      nonce: instance,
      enforce_nonce: true,
    },
  });
}
