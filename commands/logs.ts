import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { MAX_LOG_LINES } from "../src/app/read-logs.js";
import type { Command } from "../src/discord/command.js";
import { logsReply } from "../src/discord/messages/logs-reply.js";
import { suggestLog } from "../src/discord/suggestions.js";
import { environmentOption, projectOption } from "./target-options.js";

const definition = {
  name: "logs",
  name_localizations: { fr: "journaux" },
  description: "The last lines of a log, as a file",
  description_localizations: { fr: "Les dernières lignes d’un journal, dans un fichier" },
  options: [
    environmentOption,
    {
      type: ApplicationCommandOptionType.String,
      name: "service",
      description: "Which log; without it the first of the configuration",
      description_localizations: { fr: "Quel journal ; sinon le premier de la configuration" },
      autocomplete: true,
      max_length: 32,
    },
    {
      type: ApplicationCommandOptionType.Integer,
      name: "lines",
      name_localizations: { fr: "lignes" },
      description: "How many, 200 by default",
      description_localizations: { fr: "Combien, 200 par défaut" },
      min_value: 1,
      max_value: MAX_LOG_LINES,
    },
    projectOption,
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const logs: Command = {
  definition,
  suggest: suggestLog,

  async execute({ person, language, options }, app) {
    const project = options.text("project");
    const service = options.text("service");
    const lines = options.integer("lines");
    const outcome = await app.readLogs({
      person,
      environment: options.requiredText("environment"),
      ...(project !== undefined && { project }),
      ...(service !== undefined && { service }),
      ...(lines !== undefined && { lines }),
    });
    return logsReply(outcome, language);
  },
};
