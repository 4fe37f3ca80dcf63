import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { freezeReply, unknownSpanReply } from "../src/discord/messages/lock-replies.js";
import { reasonOption, requestOf, scopeOption, secondsOf, spanOption, suggestScope } from "./lock-options.js";
import { projectOption } from "./target-options.js";

const definition = {
  name: "freeze",
  name_localizations: { fr: "geler" },
  description: "Stop the line: nothing but rollbacks is deployed",
  description_localizations: { fr: "Tout arrêter : seuls les retours en arrière sont déployés" },
  options: [
    scopeOption,
    { ...reasonOption, required: true },
    projectOption,
    {
      ...spanOption,
      description: "How long: 30m, 2h, 1d; by default until /unfreeze",
      description_localizations: { fr: "Combien de temps : 30m, 2h, 1d ; par défaut, jusqu’à /unfreeze" },
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const freeze: Command = {
  definition,
  suggest: suggestScope,

  async execute(invocation, app) {
    const { language, options } = invocation;
    const typed = options.text("for");
    const forSeconds = typed === undefined ? undefined : secondsOf(typed);
    if (typed !== undefined && forSeconds === undefined) return unknownSpanReply(typed, language);
    const outcome = await app.freeze({
      ...requestOf(invocation),
      reason: options.requiredText("reason"),
      ...(forSeconds !== undefined && { forSeconds }),
    });
    return freezeReply(outcome, language);
  },
};
