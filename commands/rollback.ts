import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { channelOf } from "../src/deployments/targets.js";
import type { Command } from "../src/discord/command.js";
import { acceptedReply, refusalReply } from "../src/discord/messages/replies.js";
import { suggestRollback } from "../src/discord/rollback-suggestions.js";
import { environmentOption, projectOption } from "./target-options.js";

const definition = {
  name: "rollback",
  name_localizations: { fr: "retour-arrière" },
  description: "Put an earlier release back on an environment",
  description_localizations: { fr: "Remettre une version antérieure sur un environnement" },
  options: [
    environmentOption,
    projectOption,
    {
      type: ApplicationCommandOptionType.String,
      name: "to",
      name_localizations: { fr: "vers" },
      description: "Which release; by default the last good one before the current",
      description_localizations: { fr: "Quelle version ; par défaut, la dernière bonne avant l’actuelle" },
      autocomplete: true,
      max_length: 100,
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const rollback: Command = {
  definition,
  suggest: suggestRollback,

  async execute({ id, person, language, options }, app) {
    const project = options.text("project");
    const to = options.text("to");
    const outcome = await app.rollBack({
      requestId: id,
      person,
      environment: options.requiredText("environment"),
      ...(project !== undefined && { project }),
      ...(to !== undefined && { to }),
    });
    if (outcome.kind === "refused") return refusalReply(outcome.refusal, language);
    return acceptedReply(outcome, channelOf(app.config, outcome.target), language);
  },
};
