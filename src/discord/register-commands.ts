import { isDeepStrictEqual } from "node:util";
import { type REST, Routes } from "discord.js";
import type {
  APIApplicationCommand,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { z } from "zod";

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;

const Registered = z.array(z.looseObject({ name: z.string() }));

/**
 * Makes the guild's commands those of this version; no write when they are already so.
 * @returns whether anything was written
 */
export async function registerCommands(
  rest: Pick<REST, "get" | "put">,
  ids: { readonly applicationId: string; readonly guildId: string },
  definitions: readonly Definition[],
): Promise<boolean> {
  const route = Routes.applicationGuildCommands(ids.applicationId, ids.guildId);
  const query = new URLSearchParams({ with_localizations: "true" });
  const registered = Registered.parse(await rest.get(route, { query }));
  if (isDeepStrictEqual(byName(registered), byName(definitions))) return false;
  await rest.put(route, { body: definitions });
  return true;
}

function byName(commands: readonly object[]): ReadonlyMap<unknown, unknown> {
  return new Map(commands.map((command) => [(command as Definition).name, comparable(command)]));
}

/** The fields of ours, without what Discord adds, such as ids and versions, and without its empty values. */
function comparable(command: object): unknown {
  const { name, description, name_localizations, description_localizations, contexts, options } =
    command as Partial<APIApplicationCommand>;
  return JSON.parse(
    JSON.stringify(
      { name, description, name_localizations, description_localizations, contexts, options },
      (_key, value: unknown) => (value === null || value === false ? undefined : value),
    ),
  );
}
