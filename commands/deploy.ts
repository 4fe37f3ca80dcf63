import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { channelOf } from "../src/deployments/targets.js";
import type { Command } from "../src/discord/command.js";
import { acceptedReply, refusalReply, runsAlreadyReply } from "../src/discord/messages/replies.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption, projectOption } from "./target-options.js";

const definition = {
  name: "deploy",
  description: "Deploy a branch, a tag or a commit to an environment",
  description_localizations: { fr: "Déployer une branche, un tag ou un commit sur un environnement" },
  name_localizations: { fr: "déployer" },
  options: [
    environmentOption,
    projectOption,
    {
      type: ApplicationCommandOptionType.String,
      name: "ref",
      description: "Branch, tag or commit SHA; by default the one of the configuration",
      description_localizations: {
        fr: "Branche, tag ou SHA de commit ; par défaut, celui de la configuration",
      },
      autocomplete: true,
      max_length: 255,
    },
    {
      type: ApplicationCommandOptionType.String,
      name: "break-glass",
      name_localizations: { fr: "bris-de-glace" },
      description: "Why it cannot wait: deploys in spite of a freeze, needs a second person",
      description_localizations: {
        fr: "Pourquoi cela ne peut pas attendre : passe outre un gel, avec une seconde personne",
      },
      max_length: 300,
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const deploy: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ id, person, language, options }, app) {
    const project = options.text("project");
    const ref = options.text("ref");
    const breakGlass = options.text("break-glass");
    const outcome = await app.requestDeployment({
      requestId: id,
      person,
      environment: options.requiredText("environment"),
      ...(project !== undefined && { project }),
      ...(ref !== undefined && { ref }),
      ...(breakGlass !== undefined && { breakGlass }),
    });
    if (outcome.kind === "refused") return refusalReply(outcome.refusal, language);
    if (outcome.kind === "runs-already") {
      return runsAlreadyReply(outcome, await app.againButton(outcome.again), language);
    }
    return acceptedReply(outcome, channelOf(app.config, outcome.target), language);
  },
};
