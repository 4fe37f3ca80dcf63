import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { unlockReply } from "../src/discord/messages/lock-replies.js";
import { requestOf, scopeOption, suggestScope } from "./lock-options.js";
import { projectOption } from "./target-options.js";

const definition = {
  name: "unlock",
  name_localizations: { fr: "déverrouiller" },
  description: "Take a lock off, also somebody else's: they are told",
  description_localizations: { fr: "Lever un verrou, même celui d’autrui : la personne est prévenue" },
  options: [scopeOption, projectOption],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const unlock: Command = {
  definition,
  suggest: suggestScope,

  async execute(invocation, app) {
    const outcome = await app.unlock(requestOf(invocation));
    return unlockReply(outcome, invocation.person.id, invocation.language);
  },
};
