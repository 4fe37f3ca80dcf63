import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { refusalReply } from "../src/discord/messages/replies.js";
import { statsChart, statsReply } from "../src/discord/messages/stats-reply.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption, namedTarget, projectOption } from "./target-options.js";

const DEFAULT_MONTHS = 6;
/** Twice the same month in one picture would be read as one. */
const MAX_MONTHS = 12;

const definition = {
  name: "stats",
  name_localizations: { fr: "statistiques" },
  description: "How often, how fast and how safely: the four DORA measures by month",
  description_localizations: { fr: "Cadence, rapidité et fiabilité : les quatre mesures DORA par mois" },
  options: [
    { ...environmentOption, required: false },
    projectOption,
    {
      type: ApplicationCommandOptionType.Integer,
      name: "months",
      name_localizations: { fr: "mois" },
      description: "How many, 6 by default",
      description_localizations: { fr: "Combien, 6 par défaut" },
      min_value: 1,
      max_value: MAX_MONTHS,
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const stats: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ language, options }, app) {
    const found = await app.stats({
      ...namedTarget(options),
      months: options.integer("months") ?? DEFAULT_MONTHS,
    });
    if (found.kind === "refused") return refusalReply(found.refusal, language);
    const picture = await app.draw(statsChart(found.stats, app.config, language));
    return statsReply(found.stats, language, picture);
  },
};
