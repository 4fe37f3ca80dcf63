import { jsonForms } from "./json-forms.js";
import { urlForms } from "./url-forms.js";

/** Shorter secrets would blank out ordinary words. */
const SHORTEST_SECRET = 6;

/** Shorter lines of a secret, such as those of a certificate's frame, say little. */
const SHORTEST_LINE = 16;

/** Every way in which a secret is looked for in text but for base64: as it is, URL-encoded, escaped in JSON. */
export function secretForms(secret: string): Set<string> {
  const forms = valuesOf(secret).flatMap((value) => [value, ...urlForms(value), ...jsonForms(value)]);
  return new Set(forms.filter(isLongEnough));
}

/** Every way in which a secret is looked for in base64. Line breaks may stand anywhere in it. */
export function base64Forms(secret: string): Set<string> {
  return new Set(valuesOf(secret).flatMap(alignedForms));
}

/** The whole, and, where it has several lines, line by line. */
function valuesOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, secret.trim(), ...lines.filter((line) => line.length >= SHORTEST_LINE)].filter(
    isLongEnough,
  );
}

/**
 * What stays of a secret when text around it is encoded along with it: one form for each place that it can have in
 * a group of three bytes, without the characters that also carry bits of its neighbours.
 */
function alignedForms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const wholeCharacters = Math.floor(((offset + bytes.length) * 8) / 6);
    const own = encoded.slice(Math.ceil((offset * 8) / 6), wholeCharacters);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function isLongEnough(text: string): boolean {
  return text.length >= SHORTEST_SECRET;
}
