import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { lockWords } from "../src/discord/messages/lock-messages.js";
import { lockReply, unknownSpanReply } from "../src/discord/messages/lock-replies.js";
import { reasonOption, requestOf, scopeOption, secondsOf, spanOption, suggestScope } from "./lock-options.js";
import { projectOption } from "./target-options.js";

const definition = {
  name: "lock",
  name_localizations: { fr: "verrouiller" },
  description: "Keep others from deploying to an environment",
  description_localizations: { fr: "Empêcher les autres de déployer sur un environnement" },
  options: [scopeOption, projectOption, reasonOption, spanOption],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const lock: Command = {
  definition,
  suggest: suggestScope,

  async execute(invocation, app) {
    const { language, options } = invocation;
    const typed = options.text("for");
    const forSeconds = typed === undefined ? undefined : secondsOf(typed);
    if (typed !== undefined && forSeconds === undefined) return unknownSpanReply(typed, language);
    const outcome = await app.lock({
      ...requestOf(invocation),
      reason: options.text("reason") ?? lockWords(app.config.language).noReason,
      ...(forSeconds !== undefined && { forSeconds }),
    });
    return lockReply(outcome, language);
  },
};
