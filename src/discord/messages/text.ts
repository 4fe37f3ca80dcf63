/**
 * Texts from outside, made safe to show. Discord reads markdown and mentions in them, terminals leave control
 * characters, and bidirectional marks can turn a line around.
 */
import { escapeMarkdown } from "discord.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// ANSI escape sequences: colours and cursor movements of command output.
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/** Marks that reorder text, and invisible characters that hide it. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const ZERO_WIDTH_SPACE = "\u200b";

/** Removes what cannot be seen or would change how the rest is seen; keeps line breaks and tabs. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(ANSI, "").replace(CONTROL, "").replace(INVISIBLE, "");
}

/** One line of plain words: markdown and mentions are shown, not followed. */
export function plain(text: string, maxLength: number): string {
  const line = visible(text).replace(/\s+/g, " ").trim();
  return neutralize(
    escapeMarkdown(clip(line, maxLength), {
      heading: true,
      bulletedList: true,
      numberedList: true,
      maskedLink: true,
    }),
  );
}

/** For a place between single backticks. */
export function inCode(text: string, maxLength: number): string {
  const line = visible(text).replace(/\s+/g, " ").replaceAll("`", "ˋ").trim();
  return clip(line, maxLength) || "?";
}

/** A code block whose fence the text cannot close. */
export function codeBlock(text: string, maxLength: number): string {
  const safe = visible(text).replaceAll("```", `\`${ZERO_WIDTH_SPACE}\`${ZERO_WIDTH_SPACE}\``);
  return `\`\`\`\n${clipStart(safe, maxLength)}\n\`\`\``;
}

/** Cuts at a character, never inside one. @param maxLength in UTF-16 units, as Discord's limits are counted */
export function clip(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${trimSurrogate(text.slice(0, maxLength - 1))}…`;
}

/** Keeps the end, which says why a command failed. */
function clipStart(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `…${text.slice(text.length - maxLength + 1).replace(/^[\udc00-\udfff]/, "")}`;
}

function trimSurrogate(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, "");
}

/** `allowed_mentions` already stops every ping; this stops mentions from being drawn as such. */
function neutralize(text: string): string {
  return text
    .replace(/@(?=everyone|here|&|!|\d)/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=[@#:/a])/g, `<${ZERO_WIDTH_SPACE}`);
}
