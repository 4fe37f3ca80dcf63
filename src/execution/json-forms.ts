type Rewrite = (json: string) => string;

/**
 * What becomes of a text inside of a JSON string. Encoders differ in what they escape beyond the need: Python all but
 * ASCII, PHP that and the slash, Go what means something in HTML.
 */
export function jsonForms(value: string): ReadonlySet<string> {
  let forms = new Set([JSON.stringify(value).slice(1, -1)]);
  for (const rewrites of CHOICES) {
    forms = new Set([...forms].flatMap((form) => [form, ...rewrites.map((rewrite) => rewrite(form))]));
  }
  return forms;
}

/** Choices that one encoder makes and another does not; at most one rewrite of each. */
const CHOICES: readonly (readonly Rewrite[])[] = [
  // Control characters and lone surrogates are escaped already. What follows an escaped backslash is text.
  [(json) => json.replace(/\\(?:u[0-9a-f]{4}|.)/g, (found) => (found.length > 2 ? upper(found) : found))],
  [inLowerCase(/[<>&\u2028\u2029]/g), inCapitals(/[<>&\u2028\u2029]/g), inLowerCase(/[<>&'\u2028\u2029]/g)],
  [
    inLowerCase(/[\u0080-\uffff]/g),
    inCapitals(/[\u0080-\uffff]/g),
    inLowerCase(/[\u007f-\uffff]/g),
    inCapitals(/[\u007f-\uffff]/g),
  ],
  [(json) => json.replaceAll("/", "\\/")],
];

function inLowerCase(units: RegExp): Rewrite {
  return (json) => json.replace(units, escaped);
}

function inCapitals(units: RegExp): Rewrite {
  return (json) => json.replace(units, (unit) => upper(escaped(unit)));
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function upper(sequence: string): string {
  return `\\u${sequence.slice(2).toUpperCase()}`;
}
