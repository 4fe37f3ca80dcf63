import { visible } from "../../visible-text.js";

/** Longest quotation of a host, characters. */
const LONGEST = 300;

/**
 * What a host printed, as a short quotation on one line: its last words, without secrets, control characters and empty
 * lines.
 */
export function hostWords(said: string, redact: (text: string) => string): string {
  // Again after the cleaning, for a secret that escape sequences had cut into pieces.
  const clean = redact(visible(redact(said)));
  const lines = clean
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .filter((line) => line !== "");
  const characters = [...lines.join(" · ")];
  return characters.length <= LONGEST ? characters.join("") : `…${characters.slice(1 - LONGEST).join("")}`;
}
