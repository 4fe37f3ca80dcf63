import { isDeepStrictEqual } from "node:util";
import { type APIApplicationCommand, ApplicationCommandType } from "discord-api-types/v10";
import type { Changes } from "../changes.js";
import { refusals } from "../discord-error.js";
import type { CommandBody } from "../validate/check-commands.js";

interface CommandStoreParts {
  readonly newId: () => string;
  readonly changes: Changes;
  readonly applicationId: string;
  readonly guildId: string;
}

/** The guild commands that the bot has registered. */
export class CommandStore {
  readonly #parts: CommandStoreParts;
  #commands: readonly APIApplicationCommand[] = [];

  constructor(parts: CommandStoreParts) {
    this.#parts = parts;
  }

  list(): readonly APIApplicationCommand[] {
    return this.#commands;
  }

  /** @throws DiscordError 10063 */
  get(id: string): APIApplicationCommand {
    const command = this.#commands.find((known) => known.id === id);
    if (!command) throw refusals.unknownCommand();
    return command;
  }

  /** Adds a command; one of the same name and kind is replaced and keeps its id. */
  put(body: CommandBody): { readonly command: APIApplicationCommand; readonly isNew: boolean } {
    const old = this.#sameName(body);
    const command = this.#toCommand(body, old);
    this.#set([...this.#commands.filter((known) => known !== old), command]);
    return { command, isNew: !old };
  }

  /** Puts these commands in the place of all. */
  overwrite(bodies: readonly CommandBody[]): readonly APIApplicationCommand[] {
    this.#set(bodies.map((body) => this.#toCommand(body, this.#sameName(body))));
    return this.#commands;
  }

  replace(old: APIApplicationCommand, body: CommandBody): APIApplicationCommand {
    const command = this.#toCommand(body, old);
    this.#set(this.#commands.map((known) => (known === old ? command : known)));
    return command;
  }

  delete(command: APIApplicationCommand): void {
    this.#set(this.#commands.filter((known) => known !== command));
  }

  #set(commands: readonly APIApplicationCommand[]): void {
    this.#commands = commands;
    this.#parts.changes.emit({ kind: "commands" });
  }

  #sameName(body: CommandBody): APIApplicationCommand | undefined {
    const type = body.type ?? ApplicationCommandType.ChatInput;
    return this.#commands.find((known) => known.name === body.name && known.type === type);
  }

  #toCommand(body: CommandBody, old: APIApplicationCommand | undefined): APIApplicationCommand {
    const {
      default_member_permissions: permissions,
      description,
      ...rest
    } = body as CommandBody & {
      readonly description?: string | null;
    };
    const command = {
      name_localizations: null,
      description_localizations: null,
      contexts: null,
      integration_types: [0],
      nsfw: false,
      dm_permission: true,
      ...withoutNulls(rest),
      description: description ?? "",
      default_member_permissions:
        permissions === undefined || permissions === null ? null : String(permissions),
      type: body.type ?? ApplicationCommandType.ChatInput,
      id: old?.id ?? this.#parts.newId(),
      application_id: this.#parts.applicationId,
      guild_id: this.#parts.guildId,
      version: old?.version ?? "",
    } as unknown as APIApplicationCommand;
    return old && isDeepStrictEqual(command, old) ? old : { ...command, version: this.#parts.newId() };
  }
}

function withoutNulls(body: object): object {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Discord leaves the localizations out of a list unless it is asked for them. */
export function withoutLocalizations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutLocalizations);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      key === "name_localizations" || key === "description_localizations"
        ? []
        : [[key, withoutLocalizations(inner)]],
    ),
  );
}
