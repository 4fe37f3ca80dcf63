import type { Person } from "../../../discord/types.js";
import type { GuildSnapshot } from "../../common/wire.js";

export function rolesOf(guild: GuildSnapshot, person: Person): GuildSnapshot["roles"] {
  return guild.roles.filter(({ id }) => person.roles.includes(id));
}

/** A locale by its own name, such as "français" for `fr`. */
export function languageName(locale: string): string {
  return new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
}
