import type { ConfigPath } from "./fault.js";

const LONGEST_QUOTE = 60;
const TELLING_NAME = /token|secret|passw|passphrase|credential|private|api.?key|^key$/i;
const LONG_RUN = /[A-Za-z0-9+_=-]{20,}/g;
const WORDS = /^(?:[A-Za-z]{1,16}\d{0,3}|\d{1,4})(?:[_-](?:[A-Za-z]{1,16}\d{0,3}|\d{1,4}))*$/;
const URL_WITH_USER = /:\/\/[^/\s]*@/;
/** Control and format characters: terminal codes, bidirectional marks, zero-width joiners, line separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/**
 * Whether text should be kept out of messages: key material, a URL with a password, or a long run of characters
 * that does not read as words. Errs on the side of hiding.
 */
export function looksSecret(text: string): boolean {
  if (text.includes("PRIVATE KEY") || URL_WITH_USER.test(text)) return true;
  if (/^(?:SHA256|MD5):/.test(text)) return false;
  return (text.match(LONG_RUN) ?? []).some((run) => !WORDS.test(run) && !/^\d+$/.test(run));
}

/** Whether the name of the key says that its value may be a secret. */
export function namesSecret(path: ConfigPath): boolean {
  return (
    path.length > 0 && TELLING_NAME.test(String(path.findLast((part) => typeof part === "string") ?? ""))
  );
}

/** Quotes text on one line of at most about 60 characters, or describes it when it may be a secret. */
export function quote(text: string, mark = '"'): string {
  if (looksSecret(text)) return `text of ${text.length} characters`;
  const characters = [...text.replace(UNPRINTABLE, escapeCharacter)];
  const short =
    characters.length > LONGEST_QUOTE ? [...characters.slice(0, LONGEST_QUOTE - 1), "…"] : characters;
  return `${mark}${short.join("")}${mark}`;
}

/** Writes a path as `projects.shop.environments.uat.hosts[0]`. */
export function formatPath(path: ConfigPath): string {
  return path.map(formatPart).join("").replace(/^\./, "");
}

function formatPart(part: string | number): string {
  if (typeof part === "number") return `[${part}]`;
  return /^[A-Za-z0-9_-]{1,40}$/.test(part) && !looksSecret(part) ? `.${part}` : `[${quote(part)}]`;
}

function escapeCharacter(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return "\\t";
  return `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`;
}

/** Quotes one line of a text, unless it names or holds what looks like a secret. */
export function quoteLine(line: string): string {
  const text = line.trim();
  if (text === "") return "nothing";
  return /token|secret|passw|passphrase|credential|private|key/i.test(text)
    ? `a line of ${text.length} characters`
    : quote(text);
}
