import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { refusalReply } from "../src/discord/messages/replies.js";
import { statusReply } from "../src/discord/messages/status-reply.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption, namedTarget, projectOption } from "./target-options.js";

const definition = {
  name: "status",
  name_localizations: { fr: "état" },
  description: "What runs where, and what waits",
  description_localizations: { fr: "Ce qui tourne où, et ce qui attend" },
  options: [{ ...environmentOption, required: false }, projectOption],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const status: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ language, options }, app) {
    const found = await app.status(namedTarget(options));
    return found.kind === "refused"
      ? refusalReply(found.refusal, language)
      : statusReply(found.environments, language);
  },
};
