import { type APIApplicationCommandStringOption, ApplicationCommandOptionType } from "discord-api-types/v10";
import { ALL_ENVIRONMENTS } from "../src/app/lock-scope.js";
import type { UnlockRequest } from "../src/app/locks.js";
import { longDuration } from "../src/config/values.js";
import type { Command, Invocation } from "../src/discord/command.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption } from "./target-options.js";

const MAX_REASON_LENGTH = 200;

export const scopeOption = {
  ...environmentOption,
  description: "The environment, or all for every environment of the project",
  description_localizations: { fr: "L’environnement, ou all pour tous ceux du projet" },
} as const satisfies APIApplicationCommandStringOption;

export const reasonOption = {
  type: ApplicationCommandOptionType.String,
  name: "reason",
  name_localizations: { fr: "raison" },
  description: "Told to those who are refused",
  description_localizations: { fr: "Dite à celles et ceux qui sont refusés" },
  max_length: MAX_REASON_LENGTH,
} as const satisfies APIApplicationCommandStringOption;

export const spanOption = {
  type: ApplicationCommandOptionType.String,
  name: "for",
  name_localizations: { fr: "durée" },
  description: "How long: 30m, 2h, 1d; 24h by default",
  description_localizations: { fr: "Combien de temps : 30m, 2h, 1d ; 24h par défaut" },
  max_length: 10,
} as const satisfies APIApplicationCommandStringOption;

/** Seconds, undefined for what is no span of time between a minute and 31 days. */
export function secondsOf(typed: string): number | undefined {
  return longDuration.safeParse(typed.trim().toLowerCase()).data;
}

/** Whom and what an invocation names. */
export function requestOf({ person, options }: Invocation): UnlockRequest {
  const project = options.text("project");
  const environment = options.requiredText("environment");
  return { person, environment, ...(project !== undefined && { project }) };
}

/** As for `/deploy`, with `all` among the environments. */
export const suggestScope: NonNullable<Command["suggest"]> = async (option, typed, options, app, reader) => {
  const suggestions = await suggestTarget(option, typed, options, app, reader);
  if (option !== "environment" || !ALL_ENVIRONMENTS.startsWith(typed.toLowerCase())) return suggestions;
  const named = suggestions.filter(({ value }) => value !== ALL_ENVIRONMENTS);
  return [...named, { name: ALL_ENVIRONMENTS, value: ALL_ENVIRONMENTS }];
};
