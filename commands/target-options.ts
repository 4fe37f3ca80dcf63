import { type APIApplicationCommandStringOption, ApplicationCommandOptionType } from "discord-api-types/v10";
import type { Options } from "../src/discord/command.js";

/** Names are short by the configuration's own rule. */
const MAX_NAME_LENGTH = 32;

export const projectOption = {
  type: ApplicationCommandOptionType.String,
  name: "project",
  name_localizations: { fr: "projet" },
  description: "The project; only needed where several have this environment",
  description_localizations: { fr: "Le projet ; utile seulement si plusieurs ont cet environnement" },
  autocomplete: true,
  max_length: MAX_NAME_LENGTH,
} as const satisfies APIApplicationCommandStringOption;

export const environmentOption = {
  type: ApplicationCommandOptionType.String,
  name: "environment",
  name_localizations: { fr: "environnement" },
  description: "The environment, such as uat",
  description_localizations: { fr: "L’environnement, par exemple uat" },
  required: true,
  autocomplete: true,
  max_length: MAX_NAME_LENGTH,
} as const satisfies APIApplicationCommandStringOption;

/** What was typed of a target, where both names may be left out. */
export function namedTarget(options: Options): { readonly environment?: string; readonly project?: string } {
  const environment = options.text("environment");
  const project = options.text("project");
  return { ...(environment !== undefined && { environment }), ...(project !== undefined && { project }) };
}
