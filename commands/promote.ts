import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import { channelOf } from "../src/deployments/targets.js";
import type { Command } from "../src/discord/command.js";
import { acceptedReply, refusalReply } from "../src/discord/messages/replies.js";
import { suggestPromotion } from "../src/discord/suggestions.js";
import { environmentOption, projectOption } from "./target-options.js";

const definition = {
  name: "promote",
  name_localizations: { fr: "promouvoir" },
  description: "Deploy exactly what runs, validated, on one environment to another",
  description_localizations: {
    fr: "Déployer sur un environnement exactement ce qui tourne, validé, sur un autre",
  },
  options: [
    {
      ...environmentOption,
      name: "from",
      name_localizations: { fr: "de" },
      description: "The environment where the release runs now",
      description_localizations: { fr: "L’environnement où la version tourne" },
    },
    {
      ...environmentOption,
      name: "to",
      name_localizations: { fr: "vers" },
      description: "The environment that gets it",
      description_localizations: { fr: "L’environnement qui la reçoit" },
    },
    projectOption,
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const promote: Command = {
  definition,
  suggest: suggestPromotion,

  async execute({ id, person, language, options }, app) {
    const project = options.text("project");
    const outcome = await app.promote({
      requestId: id,
      person,
      from: options.requiredText("from"),
      to: options.requiredText("to"),
      ...(project !== undefined && { project }),
    });
    if (outcome.kind === "refused") return refusalReply(outcome.refusal, language);
    return acceptedReply(outcome, channelOf(app.config, outcome.target), language);
  },
};
