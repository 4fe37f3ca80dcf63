import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor, type Redactor } from "../../../src/execution/redact.js";
import { Secret } from "../../../src/secret.js";

const redactorOf = (...secrets: string[]) => createRedactor(secrets.map((secret) => new Secret(secret)));

function inChunks(redactor: Redactor, chunks: readonly string[]): string {
  const stream = redactor.stream();
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

describe("createRedactor", () => {
  it("replaces a secret", () => {
    expect(redactorOf("hunter2!").redact("password=hunter2! ok")).toBe("password=[redacted] ok");
  });

  it("leaves words of a secret's beginning alone", () => {
    expect(redactorOf("hunter2!").redact("hunter hunter2 hunter2")).toBe("hunter hunter2 hunter2");
  });

  it("ignores secrets of fewer than 6 characters", () => {
    expect(redactorOf("uat", "", "12345").redact("uat 12345")).toBe("uat 12345");
  });

  it.each([0, 1, 2])("finds a secret in base64, %i bytes after a boundary", (offset) => {
    const encoded = Buffer.from(`${"u".repeat(offset)}s3cr3t?>-t0ken:rest`).toString("base64");

    const shown = redactorOf("s3cr3t?>-t0ken").redact(encoded);

    expect(Buffer.from(shown, "base64").toString()).not.toContain("3cr3t");
    expect(shown).toContain("[redacted]");
  });

  it.each([
    ["URL-encoded", encodeURIComponent("p&ss wörd/1")],
    ["form-encoded", new URLSearchParams({ p: "p&ss wörd/1" }).toString()],
    ["URL-encoded in lower case", encodeURIComponent("p&ss wörd/1").toLowerCase()],
  ])("finds a secret %s", (_, text) => {
    expect(redactorOf("p&ss wörd/1").redact(text)).toMatch(/^(p=)?\[redacted\]$/);
  });

  it("finds a secret in JSON", () => {
    expect(redactorOf('say "hi"\nnow').redact(JSON.stringify({ a: 'say "hi"\nnow' }))).toBe(
      '{"a":"[redacted]"}',
    );
  });

  it("finds single lines of a private key", () => {
    const key = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const line = key.split("\n")[1] ?? "";

    expect(redactorOf(key).redact(`> ${line}\r\n`)).toBe("> [redacted]\r\n");
  });

  it("finds a secret from a file without the newline at its end", () => {
    expect(redactorOf("hunter2!\n").redact("hunter2!")).toBe("[redacted]");
  });

  it("hides two secrets that overlap as one", () => {
    expect(redactorOf("abcdef", "defghi").redact("<abcdefghi>")).toBe("<[redacted]>");
  });

  it("hides the longer of two secrets that begin alike", () => {
    expect(redactorOf("abcdef", "abcdef-long").redact("abcdef-long abcdef")).toBe("[redacted] [redacted]");
  });

  it("hides a short secret inside what only begins like a long one", () => {
    expect(redactorOf("abcdef", "--abcdef--").redact("--abcdef!")).toBe("--[redacted]!");
  });

  it("hides a long secret around a short one, also when the short one ends a chunk", () => {
    expect(inChunks(redactorOf("middle", "a-middle-b"), ["a-middle", "-b middle"])).toBe(
      "[redacted] [redacted]",
    );
  });

  it("does not build a secret out of its own mark", () => {
    const redactor = redactorOf("]secret", "redacted");

    expect(redactor.redact("redactedsecret")).not.toMatch(/\]secret|redacted/);
  });
});

describe("a redacting stream", () => {
  it("is empty while nothing of what it was given is held back", () => {
    const stream = redactorOf("hunter2!").stream();
    const states = ["plain ", "hunt", "er2", "! after", "h"].map((chunk) => {
      stream.write(chunk);
      return stream.isEmpty;
    });

    expect(states).toEqual([true, false, false, true, false]);
  });

  it("is empty at first, and again at its end", () => {
    const stream = redactorOf("hunter2!").stream();
    const first = stream.isEmpty;

    stream.write("hunter");
    stream.end();

    expect([first, stream.isEmpty]).toEqual([true, true]);
  });

  it("gives out at once what cannot be part of a secret", () => {
    const stream = redactorOf("hunter2!").stream();

    expect(stream.write("waiting... hun")).toBe("waiting... ");
    expect(stream.write("ger")).toBe("hunger");
  });

  it("does not keep text that is hidden for as long as matches go on", () => {
    const stream = redactorOf("aaaaaa").stream();

    const shown = stream.write("a".repeat(100_000)) + stream.write("a".repeat(100_000)) + stream.write("b");

    expect(shown).toBe("[redacted]b");
  });

  it("does not repeat the mark when an empty chunk comes in the middle of a secret", () => {
    expect(inChunks(redactorOf("aaaaaa"), ["a", "aaaaaa", "", "aaaaa"])).toBe("[redacted]");
  });

  it("never shows a secret, whatever the secret, the text around it and the chunks", () => {
    // Few letters, so that secrets overlap with themselves, with each other and with the mark.
    const tight = fc.string({
      unit: fc.constantFrom("a", "b", "[", "]", "r", "e", "d", "\n"),
      minLength: 6,
      maxLength: 12,
    });
    const any = fc.string({ unit: "binary", minLength: 6, maxLength: 40 });
    const scenario = fc.record({
      secrets: fc.array(fc.oneof(tight, any), { minLength: 1, maxLength: 4 }),
      filler: fc.array(fc.oneof(tight, fc.constantFrom("", "a", "[redacted]", "]")), { maxLength: 6 }),
      order: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
      lengths: fc.array(fc.nat(9), { maxLength: 30 }),
    });

    fc.assert(
      fc.property(scenario, ({ secrets, filler, order, lengths }) => {
        const parts = [...secrets, ...filler];
        const text = order.map((n) => parts[n % parts.length]).join("") + secrets[0];
        const redactor = redactorOf(...secrets);

        const shown = inChunks(redactor, cut(text, lengths));

        for (const secret of secrets) expect(shown.includes(secret)).toBe(false);
        expect(shown).toBe(redactor.redact(text));
      }),
      { numRuns: 200 },
    );
  });

  it("gives out text without secrets unchanged and complete", () => {
    const text = fc.string({
      unit: fc.constantFrom("s", "e", "c", "r", "t", "é", "👍", " "),
      maxLength: 200,
    });
    const redactor = redactorOf("secret-secret", "sesesesec.", "👍👍👍!");

    fc.assert(
      fc.property(text, fc.array(fc.nat(9), { maxLength: 40 }), (plain, lengths) => {
        expect(inChunks(redactor, cut(plain, lengths))).toBe(plain);
      }),
      { numRuns: 300 },
    );
  });
});
