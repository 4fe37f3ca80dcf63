import {
  IncomingWebhookUpdateRequestPartialSchema,
  MessageCreateRequestSchema,
  MessageEditRequestPartialSchema,
} from "discord-api-spec/zod";
import type { APIEmbed, RESTPostAPIChannelMessageJSONBody } from "discord-api-types/v10";
import { expect } from "vitest";
import { renderCommands } from "../../../src/discord/locales/command-names.js";

interface Body {
  readonly content?: string | undefined;
  readonly embeds?: readonly APIEmbed[] | undefined;
  readonly components?: RESTPostAPIChannelMessageJSONBody["components"];
}

/** Checks what Discord itself checks: its schemas and its limits for texts. Fields must not be empty. */
export function expectTakenByDiscord(body: Body): void {
  for (const schema of [
    MessageCreateRequestSchema,
    MessageEditRequestPartialSchema,
    IncomingWebhookUpdateRequestPartialSchema,
  ]) {
    expect(schema.safeParse(body).error).toBeUndefined();
  }
  const embeds = body.embeds ?? [];
  expect(body.content?.length ?? 0).toBeLessThanOrEqual(2_000);
  expect(embeds.length).toBeLessThanOrEqual(10);
  expect(embeds.flatMap(embedTexts).join("").length).toBeLessThanOrEqual(6_000);
  for (const embed of embeds) expectEmbedWithinLimits(embed);
}

function expectEmbedWithinLimits({ title = "", description = "", fields = [], footer }: APIEmbed): void {
  expect(title.length).toBeLessThanOrEqual(256);
  expect(description.length).toBeLessThanOrEqual(4_096);
  expect(footer?.text.length ?? 0).toBeLessThanOrEqual(2_048);
  expect(fields.length).toBeLessThanOrEqual(25);
  for (const { name, value } of fields) {
    expect(name.trim()).not.toBe("");
    expect(value.trim()).not.toBe("");
    expect(name.length).toBeLessThanOrEqual(256);
    expect(value.length).toBeLessThanOrEqual(1_024);
  }
}

/** What Discord counts against its 6,000 characters. */
function embedTexts({ title = "", description = "", fields = [], footer }: APIEmbed): readonly string[] {
  return [title, description, footer?.text ?? "", ...fields.flatMap(({ name, value }) => [name, value])];
}

/** As it is sent while the ids of the commands are not known. */
export function withCommandNames(text: string | undefined): string {
  return renderCommands(text ?? "", new Map());
}

/** Every text that Discord would render, one after another. */
export function textsOf(body: Body): readonly string[] {
  return [body.content ?? "", ...(body.embeds ?? []).flatMap(embedTexts)];
}

const BIDI = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const UNSEEN = new RegExp(`[\\p{Cs}${BIDI}]|(?![\\n\\t])\\p{Cc}`, "u");

/**
 * What must hold for every text, whatever came from outside: nothing reorders or hides, what is fenced stays
 * fenced, nothing outside the fences mentions or links but what Slipway itself wrote.
 * @param ours mentions and link targets that Slipway means
 */
export function expectHarmless(text: string, ours: readonly string[]): void {
  expect(text).not.toMatch(UNSEEN);
  const unfenced = outsideOfCode(text);
  expect(unfenced, "a code mark is open").not.toMatch(/(?<!\\)`/);
  const mentions = unfenced.match(/<(?:[@#:/a]|id:)[^>]*>|@everyone|@here/g) ?? [];
  expect(mentions.filter((mention) => !ours.includes(mention))).toEqual([]);
  const links = [...unfenced.matchAll(/(?<!\\)\]\(([^)\s]*)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !ours.includes(target))).toEqual([]);
}

/** As Discord reads it: fences of three first, then a run of backticks up to the next run of the same length. */
function outsideOfCode(text: string): string {
  return text
    .replace(/```[\s\S]*?```/g, "")
    .replace(/\\./gs, (escaped) => (escaped === "\\`" ? "\\`" : escaped))
    .replace(/(?<![\\`])(`+)(?!`)[^`][\s\S]*?(?<!`)\1(?!`)/g, "code");
}
