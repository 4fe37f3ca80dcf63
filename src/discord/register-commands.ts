import { isDeepStrictEqual } from "node:util";
import type { REST } from "@discordjs/rest";
import {
  ApplicationCommandType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
} from "discord-api-types/v10";
import { z } from "zod";
import type { CommandIds } from "./locales/command-names.js";

type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody;

const Registered = z.array(z.looseObject({ id: z.string(), name: z.string() }));

export interface Registration {
  /** Whether anything was written. */
  readonly changed: boolean;
  readonly ids: CommandIds;
}

/**
 * Makes the guild's commands those of this version; no write when they are already so.
 */
export async function registerCommands(
  rest: Pick<REST, "get" | "put">,
  ids: { readonly applicationId: string; readonly guildId: string },
  definitions: readonly Definition[],
): Promise<Registration> {
  const route = Routes.applicationGuildCommands(ids.applicationId, ids.guildId);
  const query = new URLSearchParams({ with_localizations: "true" });
  const registered = Registered.parse(await rest.get(route, { query }));
  if (isDeepStrictEqual(byName(registered), byName(definitions)))
    return { changed: false, ids: idsOf(registered) };
  const written = Registered.parse(await rest.put(route, { body: definitions }));
  return { changed: true, ids: idsOf(written) };
}

function idsOf(commands: z.output<typeof Registered>): CommandIds {
  return new Map(commands.map(({ name, id }) => [name, id]));
}

function byName(commands: readonly object[]): ReadonlyMap<unknown, unknown> {
  return new Map(commands.map((command) => [(command as Definition).name, comparable(command)]));
}

/** What Slipway says of a command and its options. Discord adds ids, versions and fields of its own. */
const COMPARED: ReadonlySet<string> = new Set([
  "type",
  "name",
  "name_localizations",
  "description",
  "description_localizations",
  "options",
  "required",
  "autocomplete",
  "choices",
  "value",
  "min_value",
  "max_value",
  "min_length",
  "max_length",
  "channel_types",
]);

/** Without what Discord adds and without its empty values. */
function comparable(command: object): unknown {
  const fields = Object.entries({ type: ApplicationCommandType.ChatInput, ...command });
  return Object.fromEntries(fields.flatMap(([key, value]) => (COMPARED.has(key) ? field(key, value) : [])));
}

function field(key: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (value === null || value === undefined || value === false) return [];
  if (!Array.isArray(value)) return [[key, value]];
  return value.length === 0 ? [] : [[key, value.map((each) => (isObject(each) ? comparable(each) : each))]];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
