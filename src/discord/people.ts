import { type BaseInteraction, GuildMember } from "discord.js";
import type { Invocation } from "./command.js";

/** Who did it, with the role ids as Discord sent them with this very interaction; none when it sent none. */
export function personOf({ user, member }: BaseInteraction): Invocation["person"] {
  return { id: user.id, name: user.username, roles: rolesOf(member) };
}

function rolesOf(member: BaseInteraction["member"]): readonly string[] {
  if (member === null) return [];
  return member instanceof GuildMember ? [...member.roles.cache.keys()] : member.roles;
}
