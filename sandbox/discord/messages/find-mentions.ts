import type { APIAllowedMentions, APIMessageTopLevelComponent } from "discord-api-types/v10";
import { ComponentType } from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { refuseForm } from "../validate/form-errors.js";
import { walkComponents } from "../validate/walk-components.js";
import type { Mentions } from "./stored-message.js";

/** What the text of a message names; embeds are left out, since they never notify. */
export function findMentions(
  guild: Guild,
  content: string,
  components: readonly APIMessageTopLevelComponent[],
): Mentions {
  const text = [content, ...displayedTexts(components)].join("\n");
  const ids = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
  return {
    users: ids(/<@!?(\d+)>/g).filter((id) => guild.people.has(id)),
    roles: ids(/<@&(\d+)>/g).filter((id) => guild.roles.has(id)),
    wide: ids(/@(everyone|here)/g),
  };
}

/**
 * Who of the mentioned is notified: all without allowed mentions, else those that they name.
 *
 * @throws DiscordError 50035 when `parse` and a list name the same kind
 */
export function findPinged(
  mentions: Mentions,
  allowed: APIAllowedMentions | null | undefined,
): readonly string[] {
  if (!allowed) return [...mentions.users, ...mentions.roles, ...mentions.wide];
  const parse: readonly (string | null)[] = allowed.parse ?? [];
  refuseBoth(parse, "users", allowed.users);
  refuseBoth(parse, "roles", allowed.roles);
  const pick = (kind: string, found: readonly string[], listed: readonly string[] | null | undefined) =>
    parse.includes(kind) ? found : found.filter((id) => listed?.includes(id));
  return [
    ...pick("users", mentions.users, allowed.users),
    ...pick("roles", mentions.roles, allowed.roles),
    ...pick("everyone", mentions.wide, undefined),
  ];
}

function refuseBoth(
  parse: readonly (string | null)[],
  kind: string,
  listed: readonly string[] | null | undefined,
) {
  if (!parse.includes(kind) || !listed?.length) return;
  refuseForm(
    ["allowed_mentions"],
    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
  );
}

function displayedTexts(components: readonly APIMessageTopLevelComponent[]): readonly string[] {
  return walkComponents(components).flatMap(({ component }) =>
    component.type === ComponentType.TextDisplay && "content" in component ? [String(component.content)] : [],
  );
}
