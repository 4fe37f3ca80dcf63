import { ApplicationCommandOptionType } from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { apiChannel, apiRoles, personMember, personUser } from "../guild/guild-payloads.js";
import { everyonePermissions } from "../guild/permissions.js";

/** One option of a command as Discord sends it. */
export interface OptionData {
  readonly type: ApplicationCommandOptionType;
  readonly name: string;
  readonly value: string | number | boolean;
  readonly focused?: true;
}

const resolvable: ReadonlySet<ApplicationCommandOptionType> = new Set([
  ApplicationCommandOptionType.User,
  ApplicationCommandOptionType.Channel,
  ApplicationCommandOptionType.Role,
  ApplicationCommandOptionType.Mentionable,
]);

/** The people, roles and channels that the options name by id, in groups as Discord sends them. */
export function resolveOptions(
  guild: Guild,
  options: readonly OptionData[],
): Readonly<Record<string, object>> {
  const ids = options.filter(({ type }) => resolvable.has(type)).map(({ value }) => String(value));
  const people = ids.flatMap((id) => guild.people.get(id) ?? []);
  const channels = ids.flatMap((id) => guild.channels.get(id) ?? []);
  const permissions = everyonePermissions.toString();
  const groups = {
    users: byId(people.map(personUser)),
    members: Object.fromEntries(
      people.map((person) => {
        const { user: _, ...member } = personMember(person);
        return [person.id, { ...member, permissions }];
      }),
    ),
    roles: byId(apiRoles(guild).filter((role) => ids.includes(role.id))),
    channels: byId(channels.map((channel) => ({ ...apiChannel(guild, channel), permissions }))),
  };
  return Object.fromEntries(Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0));
}

function byId(items: readonly { readonly id: string }[]): Readonly<Record<string, object>> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}
