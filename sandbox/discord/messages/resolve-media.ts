import type { APIEmbed, APIMessageTopLevelComponent } from "discord-api-types/v10";
import type { MessageComponent } from "../validate/walk-components.js";

/**
 * Components as Discord gives them back: each with an id unique in the message, and references to files of the
 * message as links.
 *
 * @param linkTo - the link to the message's file of that name
 */
export function resolveComponents(
  components: readonly APIMessageTopLevelComponent[],
  linkTo: (filename: string) => string | undefined,
): readonly APIMessageTopLevelComponent[] {
  let lastId = 0;
  const number = (component: MessageComponent): MessageComponent => {
    lastId++;
    const { id = lastId, ...rest } = component as MessageComponent & { readonly id?: number };
    return {
      ...rest,
      id: id || lastId,
      ...(component.components ? { components: component.components.map(number) } : {}),
      ...(component.accessory ? { accessory: number(component.accessory) } : {}),
    } as MessageComponent;
  };
  const numbered = (components as readonly MessageComponent[]).map(number);
  return resolveLinks(numbered, linkTo) as readonly APIMessageTopLevelComponent[];
}

/** Embeds as Discord gives them back. */
export function resolveEmbeds(
  embeds: readonly APIEmbed[],
  linkTo: (filename: string) => string | undefined,
): readonly APIEmbed[] {
  const typed = embeds.map((embed) => ({ ...embed, type: "rich" }));
  return resolveLinks(typed, linkTo) as readonly APIEmbed[];
}

function resolveLinks(value: unknown, linkTo: (filename: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveLinks(item, linkTo));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const filename = key === "url" && typeof inner === "string" ? referencedFile(inner) : undefined;
      return [key, filename ? (linkTo(filename) ?? inner) : resolveLinks(inner, linkTo)];
    }),
  );
}

function referencedFile(url: string): string | undefined {
  return url.startsWith("attachment://") ? url.slice("attachment://".length) : undefined;
}
