import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { unfreezeReply } from "../src/discord/messages/lock-replies.js";
import { requestOf, scopeOption, suggestScope } from "./lock-options.js";
import { projectOption } from "./target-options.js";

const definition = {
  name: "unfreeze",
  name_localizations: { fr: "dégeler" },
  description: "End a freeze: deployments go on",
  description_localizations: { fr: "Mettre fin à un gel : les déploiements reprennent" },
  options: [scopeOption, projectOption],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const unfreeze: Command = {
  definition,
  suggest: suggestScope,

  async execute(invocation, app) {
    return unfreezeReply(await app.unfreeze(requestOf(invocation)), invocation.language);
  },
};
