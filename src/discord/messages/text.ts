import { visible } from "../../visible-text.js";

/**
 * Texts from outside, made safe to show. Discord reads markdown and mentions in them, terminals leave control
 * characters, and bidirectional marks can turn a line around.
 */
const ZERO_WIDTH_SPACE = "\u200b";
/** What Discord reads as markdown anywhere in a line. */
const MARKDOWN = /[\\*_~`|[\]]/;

/**
 * One line of plain words: markdown, links and mentions are shown, not followed.
 * @param maxLength of the result, in UTF-16 units, as Discord's limits are counted
 */
export function plain(text: string, maxLength: number): string {
  const line = neutralize(visible(text).replace(/\s+/g, " ").trim());
  let escaped = "";
  for (const character of line) {
    const next = MARKDOWN.test(character) ? `\\${character}` : character;
    if (escaped.length + next.length >= maxLength) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

/** For a place between single backticks. */
export function inCode(text: string, maxLength: number): string {
  const line = visible(text).replace(/\s+/g, " ").replaceAll("`", "ˋ").trim();
  return clip(line, maxLength) || "?";
}

/** A code block whose fence the text cannot close. */
export function codeBlock(text: string, maxLength: number): string {
  const safe = visible(text).replace(/`(?=`)/g, `\`${ZERO_WIDTH_SPACE}`);
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

/** As many lines as fit, with `…` for the others: half a link or half a code mark would show. */
export function wholeLines(lines: readonly string[], maxLength: number): string {
  const all = lines.join("\n");
  if (all.length <= maxLength) return all;
  const kept: string[] = [];
  let length = "…".length;
  for (const line of lines) {
    length += line.length + 1;
    if (length > maxLength) break;
    kept.push(line);
  }
  return [...kept, "…"].join("\n");
}

/** The texts that say something, as paragraphs of one text. */
export function together(texts: readonly (string | undefined)[], separator = "\n\n"): string {
  return texts.filter((text) => text !== undefined && text !== "").join(separator);
}

/**
 * `allowed_mentions` already stops every ping; this stops mentions, headings, lists and quotes from being drawn
 * as such.
 */
function neutralize(line: string): string {
  return line
    .replace(/@(?=everyone|here|&|!|\d)/g, `@${ZERO_WIDTH_SPACE}`)
    .replace(/<(?=[@#:/a-z])/gi, `<${ZERO_WIDTH_SPACE}`)
    .replace(/^(?=[-+#>]|\d+[.)])/, ZERO_WIDTH_SPACE);
}
