import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { historyReply, refusalReply } from "../src/discord/messages/replies.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption, projectOption } from "./target-options.js";

const DEFAULT_COUNT = 10;
/** About as many as one message can hold. */
const MAX_COUNT = 25;

const definition = {
  name: "history",
  name_localizations: { fr: "historique" },
  description: "The last deployments to an environment",
  description_localizations: { fr: "Les derniers déploiements vers un environnement" },
  options: [
    environmentOption,
    projectOption,
    {
      type: ApplicationCommandOptionType.Integer,
      name: "count",
      name_localizations: { fr: "nombre" },
      description: "How many, 10 by default",
      description_localizations: { fr: "Combien, 10 par défaut" },
      min_value: 1,
      max_value: MAX_COUNT,
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const history: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ language, options }, app) {
    const project = options.text("project");
    const found = await app.history({
      environment: options.requiredText("environment"),
      ...(project !== undefined && { project }),
      count: options.integer("count") ?? DEFAULT_COUNT,
    });
    if (found.kind === "refused") return refusalReply(found.refusal, language);
    return historyReply(`${found.target.project} / ${found.target.environment}`, found.records, language);
  },
};
