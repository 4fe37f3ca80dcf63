import {
  type APIApplicationCommand,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
} from "discord-api-types/v10";
import { everyonePermissions } from "../guild/permissions.js";

/** A command as typed: the registered one, the way down to the subcommand, and the options there. */
export interface FoundCommand {
  readonly command: APIApplicationCommand;
  /** Subcommand group and subcommand, outermost first. */
  readonly way: readonly { readonly type: ApplicationCommandOptionType; readonly name: string }[];
  readonly options: readonly APIApplicationCommandBasicOption[];
}

/**
 * Finds what a person types after the slash.
 *
 * @param fullName - the command, and after spaces its subcommand
 * @throws Error when it is not registered or people may not use it
 */
export function findCommand(commands: readonly APIApplicationCommand[], fullName: string): FoundCommand {
  const [name, ...rest] = fullName.split(" ");
  const command = commands.find(
    (known) => known.name === name && known.type === ApplicationCommandType.ChatInput,
  );
  if (!command) throw new Error(`/${fullName} is not registered; there are: ${names(commands)}`);
  const needed = BigInt(command.default_member_permissions ?? "0");
  const isForNobody = command.default_member_permissions === "0";
  if (isForNobody || (needed & everyonePermissions) !== needed) {
    throw new Error(`/${fullName} needs permissions that nobody in this guild has: ${needed}`);
  }
  return descend(command, fullName, rest);
}

function descend(command: APIApplicationCommand, fullName: string, rest: readonly string[]): FoundCommand {
  let options: readonly APIApplicationCommandOption[] = command.options ?? [];
  const way = rest.map((name) => {
    const step = options.find((option) => option.name === name);
    if (!step || !hasOptionsOfItsOwn(step)) throw new Error(`/${fullName}: no subcommand ${name}`);
    options = step.options ?? [];
    return { type: step.type, name };
  });
  const basic = options.filter((option) => !hasOptionsOfItsOwn(option));
  if (basic.length < options.length) {
    throw new Error(`/${fullName} needs a subcommand: ${names(options)}`);
  }
  return { command, way, options: basic as readonly APIApplicationCommandBasicOption[] };
}

type WithOptions = Extract<
  APIApplicationCommandOption,
  { type: ApplicationCommandOptionType.Subcommand | ApplicationCommandOptionType.SubcommandGroup }
>;

function hasOptionsOfItsOwn(option: APIApplicationCommandOption): option is WithOptions {
  return (
    option.type === ApplicationCommandOptionType.Subcommand ||
    option.type === ApplicationCommandOptionType.SubcommandGroup
  );
}

function names(named: readonly { readonly name: string }[]): string {
  return named.map(({ name }) => name).join(", ") || "none";
}
