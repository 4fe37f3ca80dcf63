import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRefName } from "../../../src/github/ref-name.js";

function gitTakes(name: string): boolean {
  return spawnSync("git", ["check-ref-format", `refs/heads/${name}`]).status === 0;
}

const pieces = [
  "a",
  "Z",
  "0",
  "-",
  ".",
  "..",
  "/",
  "//",
  "@",
  "@{",
  "~",
  "^",
  ":",
  "?",
  "*",
  "[",
  "\\",
  " ",
  "\n",
  "\t",
  "\u007f",
  "\u0001",
  ".lock",
  ".lock/",
  "lock",
  "HEAD",
  "é",
  "🚀",
  "\u202e",
  "$(touch x)",
  ";",
  "`",
  "'",
  '"',
  "|",
  "&",
  "<",
  ">",
  "!",
  "%2e",
  "#",
  "{",
  "}",
];
const name = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(""));

describe("isRefName", () => {
  it("refuses whatever git refuses, and of the rest only the lone @, which means HEAD", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(isRefName(text)).toBe(gitTakes(text) && text !== "@");
      }),
      // Each run starts git.
      { numRuns: 60 },
    );
  });

  it.each(["$(touch$IFS)", "a;id", "--upload-pack=x", "@everyone", "a".repeat(40), "feature/x", "v1.0"])(
    "takes the legal name %s",
    (text) => {
      expect(isRefName(text)).toBe(true);
    },
  );

  it.each(["", "@", "a".repeat(256), "a\0b", "half \ud800", "a\ud800b"])("refuses %j", (text) => {
    expect(isRefName(text)).toBe(false);
  });
});
