import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/execution/redact.js";
import { Secret } from "../../../src/secret.js";

type Encoder = (text: string) => string;

/** So much of an encoded secret in a row is too much. */
const TELLING = 8;

const json: Encoder = (text) => JSON.stringify(text).slice(1, -1);
const hex = (unit: string) => unit.charCodeAt(0).toString(16).padStart(4, "0");
const escaping =
  (units: RegExp, form = (digits: string) => `\\u${digits}`): Encoder =>
  (text) =>
    text.replace(units, (unit) => form(hex(unit)));
const upper = (digits: string) => `\\u${digits.toUpperCase()}`;
const slashes: Encoder = (text) => text.replaceAll("/", "\\/");

const JSON_ENCODERS: Readonly<Record<string, Encoder>> = {
  "JSON.stringify": json,
  "Python's json.dumps": (text) => escaping(/[^ -~]/g)(json(text)),
  "PHP's json_encode": (text) => slashes(escaping(/[\u0080-\uffff]/g)(json(text))),
  "PHP's json_encode with plain Unicode": (text) => slashes(json(text)),
  "PHP's json_encode for HTML": (text) =>
    slashes(escaping(/[\u0080-\uffff]/g)(escaping(/[<>&]/g, upper)(json(text)))),
  "Go's encoding/json": (text) => escaping(/[<>&\u2028\u2029]/g)(json(text)),
  "JSON in ASCII with capital digits": (text) =>
    escaping(
      /[^ -~]/g,
      upper,
    )(json(text).replace(/\\(?:u(.{4})|.)/g, (found, digits?: string) => (digits ? upper(digits) : found))),
};

describe("a secret in JSON", () => {
  it.each([
    ["Python's json.dumps", "caf\\u00e9-s3cret"],
    ["capital digits", "caf\\u00E9-s3cret"],
  ])("of %s is hidden", (_, text) => {
    expect(redacted("café-s3cret", [text])).toBe("[redacted]");
  });

  it.each([
    ["PHP", "s3cr3t\\/a<b>c&d"],
    ["Go", "s3cr3t/a\\u003cb\\u003ec\\u0026d"],
    ["PHP for HTML", "s3cr3t\\/a\\u003Cb\\u003Ec\\u0026d"],
  ])("of %s is hidden", (_, text) => {
    expect(redacted("s3cr3t/a<b>c&d", [text])).toBe("[redacted]");
  });

  it.each(Object.entries(JSON_ENCODERS))("by %s is hidden, whatever it is", (_, encode) => {
    neverTold(encode);
  });
});

const percent = (kept: RegExp): Encoder => {
  const written = (byte: string) =>
    kept.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`;
  return (text) => [...Buffer.from(text).toString("latin1")].map(written).join("");
};

/** What an address would take for its own; a secret with it is no example. */
function without(meant: RegExp, text: string): true {
  fc.pre(!meant.test(text));
  return true;
}

const URL_ENCODERS: Readonly<Record<string, Encoder>> = {
  encodeURIComponent,
  encodeURI,
  "Python's quote": percent(/[A-Za-z0-9_.~/-]/),
  "Python's quote_plus": (text) => percent(/[A-Za-z0-9_.~-]/)(text).replaceAll("%20", "+"),
  "PHP's urlencode": (text) => percent(/[A-Za-z0-9_.-]/)(text).replaceAll("%20", "+"),
  "Go's PathEscape": percent(/[A-Za-z0-9_.~$&+=:@-]/),
  URLSearchParams: (text) => new URLSearchParams({ "": text }).toString(),
  "an address's query": (text) => without(/#/, text) && new URL(`https://a.test/?${text}|`).search,
  "an address's fragment": (text) => new URL(`https://a.test/#${text}|`).hash,
  "an address's path": (text) => without(/[#?.]/, text) && new URL(`https://a.test/|${text}|`).pathname,
  "an address's password": (text) => without(/[#?/\\]/, text) && new URL(`https://:${text}@a.test`).password,
};

describe("a secret in an address", () => {
  it.each([
    ["encodeURI", "p%C3%A4ss/w+rd=%20!"],
    ["Python's quote", "p%C3%A4ss/w%2Brd%3D%20%21"],
    ["small digits", "p%c3%a4ss/w%2brd%3d%20%21"],
    ["new URL", new URL("https://a.test/päss/w+rd= !").pathname.slice(1)],
  ])("of %s is hidden", (_, text) => {
    expect(redacted("päss/w+rd= !", [text])).toBe("[redacted]");
  });

  it("is not taken for the few characters that `new URL` would leave of it", () => {
    expect(redacted("a\n\n\n\n\nb", ["abc"])).toBe("abc");
  });

  it.each(Object.entries(URL_ENCODERS))("by %s is hidden, whatever it is", (_, encode) => {
    neverTold(encode);
  });
});

const base64: Encoder = (text) => Buffer.from(text).toString("base64");
const wrapped =
  (width: number, lineBreak = "\n"): Encoder =>
  (text) =>
    base64(text).replace(new RegExp(`.{${width}}`, "g"), `$&${lineBreak}`);

const BASE64_ENCODERS: Readonly<Record<string, Encoder>> = {
  "one line": base64,
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "lines of 76, as coreutils": wrapped(76),
  "lines of 64, as openssl and PEM": wrapped(64),
  "lines of 76, as MIME": wrapped(76, "\r\n"),
  "lines of 16": wrapped(16),
  "indented lines": wrapped(64, "\n    "),
  "lines of 60 in JSON, as GitHub": (text) => JSON.stringify(wrapped(60)(text)).slice(1, -1),
  "lines of 76 in JSON, as MIME": (text) => JSON.stringify(wrapped(76, "\r\n")(text)).slice(1, -1),
  "PHP's JSON": (text) => slashes(base64(text)),
};

/** The line breaks and backslashes that say nothing. */
const unwrapped: Encoder = (text) => text.replace(/\\[rn]|[\\\s]/g, "");

describe("a secret in base64", () => {
  // Of the length of a fine-grained token of GitHub.
  const token = `github_pat_${"1aB2cD3eF4".repeat(9).slice(0, 82)}`;

  it.each(
    [64, 76].flatMap((width) => ["", "x-access-token:", "a:", "ab:"].map((user) => [user, width] as const)),
  )("behind %j in lines of %i is hidden", (user, width) => {
    expect(redacted(token, [wrapped(width)(`${user}${token}`)])).toMatch(/^.{0,20}\[redacted\].{0,2}\n?$/);
  });

  it("is hidden in one piece of two wrapped lines of a key", () => {
    const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

    expect(redacted(key, [`begin\n${wrapped(76)(key)}\nend\n`])).toMatch(
      /^begin\n\[redacted\].{0,2}\nend\n$/,
    );
  });

  it.each(Object.entries(BASE64_ENCODERS))("in %s is hidden, whatever it is", (_, encode) => {
    neverTold(encode, unwrapped);
  });

  it.each(Object.entries(BASE64_ENCODERS))("in %s is hidden with what stands around it", (_, encode) => {
    fc.assert(
      fc.property(secrets(), fc.nat(80), fc.array(fc.nat(40)), (secret, before, cuts) => {
        const whole = unwrapped(encode(`${"~".repeat(before)}${secret}|||`));
        const text = encode(`${"~".repeat(before)}${secret}|||`);

        const shown = unwrapped(redacted(secret, cut(text, cuts)));

        const from = Math.ceil((before * 8) / 6);
        const to = Math.floor(((before + Buffer.byteLength(secret)) * 8) / 6);
        expect(left(whole.slice(from, to), shown)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("does not hold back the end of an ordinary line", () => {
    const stream = createRedactor([new Secret(token)]).stream();

    expect(stream.write("Starting the dialog\n")).toBe("Starting the dialog\n");
    expect(stream.isEmpty).toBe(true);
  });

  it("keeps nothing of a text that begins like it and goes on in breaks", () => {
    const stream = createRedactor([new Secret(token)]).stream();
    const beginning = base64(token).slice(0, 40);

    const shown = [beginning, ..."\n".repeat(1000), ..." ".repeat(1000)].map((piece) => stream.write(piece));

    expect(shown.join("")).toBe(`${beginning}${"\n".repeat(1000)}${" ".repeat(1000)}`);
  });
});

/** Any text, and what people have: tokens, URLs with passwords, keys. */
function secrets(): fc.Arbitrary<string> {
  const letters = [..."abcXYZ019", ..."/+=-_.~!*'()<>&?#%@:;,$[]{}|\\^\"` ", ..."\n\té€👍\u2028\x7f\x1b"];
  const text = fc.string({ unit: fc.constantFrom(...letters), minLength: 8, maxLength: 120 });
  const token = fc.string({ unit: fc.constantFrom(..."abcdefXYZ0189_"), minLength: 8, maxLength: 100 });
  const key = fc.constant(
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
  const many = fc.string({ unit: "grapheme", minLength: 8, maxLength: 60 });
  return fc.oneof(text, token, many, key).filter((secret) => secret.trim().length >= TELLING);
}

function redacted(secret: string, chunks: readonly string[]): string {
  const stream = createRedactor([new Secret(secret)]).stream();
  return chunks.map((chunk) => stream.write(chunk)).join("") + stream.end();
}

function cut(text: string, lengths: readonly number[]): string[] {
  const chunks: string[] = [];
  let at = 0;
  for (const length of lengths) {
    chunks.push(text.slice(at, at + length));
    at += length;
  }
  return [...chunks, text.slice(at)];
}

/**
 * Encodes secrets one by one, and looks for what is left of them.
 * @param strip what the encoder adds that says nothing
 */
function neverTold(encode: Encoder, strip: Encoder = (text) => text): void {
  const lengths = fc.array(fc.nat(40), { maxLength: 30 });
  fc.assert(
    fc.property(secrets(), lengths, (secret, cuts) => {
      const encoded = encode(secret);

      const shown = strip(redacted(secret, cut(`before ${encoded} after`, cuts)));

      expect(left(strip(encoded), shown)).toEqual([]);
    }),
    { numRuns: 300 },
  );
}

/** What can be read of a secret in a text, in pieces. */
function left(secret: string, text: string): string[] {
  return Array.from({ length: secret.length - TELLING + 1 }, (_, at) =>
    secret.slice(at, at + TELLING),
  ).filter((piece) => piece.trim() !== "" && text.includes(piece));
}
