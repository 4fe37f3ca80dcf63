/** A part of an address, or of a form, as one encoder writes it. */
interface Style {
  /** The bytes that it writes as `%2F`, each as one character. */
  readonly encoded: RegExp;
  /** A space may become a plus sign. */
  readonly plus?: true;
  /** `new URL` mends an address before it encodes it. */
  readonly mended?: true;
}

const STYLES: readonly Style[] = [
  // encodeURIComponent, and encodeURI
  { encoded: /[^\w.!~*'()-]/g },
  { encoded: /[^\w.!~*'();/?:@&=+$,#-]/g },
  // RFC 3986, curl and Go's QueryEscape; Python's quote; Go's PathEscape
  { encoded: /[^\w.~-]/g, plus: true },
  { encoded: /[^\w.~/-]/g, plus: true },
  { encoded: /[^\w.~$&+=:@-]/g },
  // URLSearchParams and Java; PHP's urlencode
  { encoded: /[^\w.*-]/g, plus: true },
  { encoded: /[^\w.-]/g, plus: true },
  // The URL Standard: user name and password, path (^ since 2024), query, fragment
  { encoded: /[^\x21-\x7e]|["#<>?`{}^/:;=@[\\\]|]/g, mended: true },
  { encoded: /[^\x21-\x7e]|["#<>?`{}]/g, mended: true },
  { encoded: /[^\x21-\x7e]|["#<>?`{}^]/g, mended: true },
  { encoded: /[^\x21-\x7e]|["#<>']/g, mended: true },
  { encoded: /[^\x21-\x7e]|["<>`]/g, mended: true },
];

/** What becomes of a text inside of an address or a form. Encoders differ in what they leave as it is. */
export function urlForms(value: string): readonly string[] {
  return STYLES.flatMap(({ encoded, plus, mended }) => {
    const texts = mended ? mend(value) : [value];
    return texts.flatMap((text) => {
      const capitals = percentEncode(text, encoded);
      const lowerCase = percentEncode(text, encoded, (digits) => digits.toLowerCase());
      const forms = [capitals, lowerCase];
      return plus ? [...forms, ...forms.map((form) => form.replaceAll("%20", "+"))] : forms;
    });
  });
}

/** Lone surrogates, which cannot be encoded, become replacement characters as they do in UTF-8. */
function percentEncode(text: string, encoded: RegExp, write = (digits: string) => digits): string {
  return Buffer.from(text)
    .toString("latin1")
    .replace(encoded, (byte) => `%${write(byte.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase())}`);
}

/** Line breaks and tabs go, and in a path a backslash becomes a slash. */
function mend(text: string): readonly string[] {
  const mended = text.replace(/[\t\n\r]/g, "");
  return [mended, mended.replaceAll("\\", "/")];
}
