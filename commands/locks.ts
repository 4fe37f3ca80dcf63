import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { locksReply } from "../src/discord/messages/lock-replies.js";

const definition = {
  name: "locks",
  name_localizations: { fr: "verrous" },
  description: "What is locked or frozen, by whom, and until when",
  description_localizations: { fr: "Ce qui est verrouillé ou gelé, par qui et jusqu’à quand" },
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const locks: Command = {
  definition,

  async execute({ language }, app) {
    return locksReply(await app.locks(), language);
  },
};
