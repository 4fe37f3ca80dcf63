// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// ANSI escape sequences: colours and cursor movements of command output.
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
/**
 * Marks that reorder text, characters that nobody sees, halves of characters, and code points that no text has:
 * Slipway marks the commands that it names with two of them. Variation selectors stay: they belong to emoji.
 */
const INVISIBLE =
  /(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}|[\ufff9-\ufffb\ufdd0-\ufdef]|\p{Surrogate}/gu;

/** Removes what cannot be seen or would change how the rest is seen; keeps line breaks and tabs. */
export function visible(text: string): string {
  return withoutInvisible(text.replace(/\r\n?/g, "\n").replace(ANSI, "").replace(CONTROL, ""));
}

/** Removes the characters that nobody sees, and halves of characters. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "");
}

export function hasInvisible(text: string): boolean {
  return text.search(INVISIBLE) !== -1;
}
