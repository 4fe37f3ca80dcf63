import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type { Command } from "../src/discord/command.js";
import { healthChartOf, healthOverviewReply, healthReply } from "../src/discord/messages/health-reply.js";
import { refusalReply } from "../src/discord/messages/replies.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { uptimeOf } from "../src/health/health-series.js";
import { environmentOption, namedTarget, projectOption } from "./target-options.js";

const definition = {
  name: "health",
  name_localizations: { fr: "santé" },
  description: "Checks now whether the environments are up, and how they were",
  description_localizations: { fr: "Contrôle si les environnements sont en ligne, et comment ils allaient" },
  options: [{ ...environmentOption, required: false }, projectOption],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const health: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ language, options }, app) {
    const found = await app.health(namedTarget(options));
    if (found.kind === "refused") return refusalReply(found.refusal, language);
    if (found.kind === "overview") return healthOverviewReply(found.overview, language);
    // Three empty panels would say no more than the words do.
    const isKnown = found.health.series.some((each) => uptimeOf(each) !== undefined);
    const picture = isKnown
      ? await app.draw(healthChartOf(found.health, { timeZone: app.config.timeZone, language }))
      : undefined;
    return healthReply(found.health, language, picture);
  },
};
