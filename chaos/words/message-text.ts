/** All that a person reads in one message. */
export interface MessageText {
  readonly content: string;
  readonly description: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  readonly footer: string;
  /** Labels of the buttons that can be pressed. */
  readonly buttons: readonly string[];
}

/** A sentence that the reader of messages does not know: it may claim anything, so that it cannot be passed over. */
export class UnknownWordsError extends Error {
  constructor(where: string, words: string) {
    super(`${where} says ${JSON.stringify(words)}, which the judge cannot read`);
  }
}

/** One sentence, and what it claims. */
export type Phrase<Claim> = readonly [
  pattern: RegExp,
  claim: (...groups: readonly string[]) => Partial<Claim>,
];

/**
 * Reads a line that must be one of the phrases, from its first to its last character.
 * @throws UnknownWordsError
 */
export function readLine<Claim>(
  where: string,
  line: string,
  phrases: readonly Phrase<Claim>[],
): Partial<Claim> {
  for (const [pattern, claim] of phrases) {
    const found = new RegExp(`^(?:${pattern.source})$`, pattern.flags).exec(line);
    if (found !== null) return claim(...found.slice(1).map((group) => group ?? ""));
  }
  throw new UnknownWordsError(where, line);
}

/** Reads a text of several sentences, one after the other. @throws UnknownWordsError */
export function readSentences<Claim>(
  where: string,
  text: string,
  phrases: readonly Phrase<Claim>[],
): readonly Partial<Claim>[] {
  const claims: Partial<Claim>[] = [];
  let left = text.trim();
  while (left !== "") {
    const before = left;
    for (const [pattern, claim] of phrases) {
      const found = new RegExp(`^(?:${pattern.source})(?:\\s+|$)`, pattern.flags).exec(left);
      if (found === null) continue;
      claims.push(claim(...found.slice(1).map((group) => group ?? "")));
      left = left.slice(found[0].length);
      break;
    }
    if (left === before) throw new UnknownWordsError(where, left);
  }
  return claims;
}

/** The faults of words; where they cannot be read, that is the fault. */
export function reading(judge: () => readonly string[]): readonly string[] {
  try {
    return judge();
  } catch (error) {
    if (error instanceof UnknownWordsError) return [error.message];
    throw error;
  }
}
