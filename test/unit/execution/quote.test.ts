import { execFile } from "node:child_process";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quote, toShellCommand } from "../../../src/execution/quote.js";

const run = promisify(execFile);
const TO_JSON = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";

async function throughShell(words: readonly string[]): Promise<unknown> {
  const command = quote([process.execPath, "-e", TO_JSON, "--", ...words]);
  const { stdout } = await run("sh", ["-c", command], { maxBuffer: 10_000_000 });
  return JSON.parse(stdout);
}

describe("quote", () => {
  it("gives back hostile words unchanged from a real shell", async () => {
    const words = [
      "$(touch x)",
      "`id`",
      "a;b",
      "it's",
      '"',
      "\\",
      "\n",
      "",
      " ",
      "*",
      "~",
      "!",
      "-n",
      "--",
      "é👍",
      "'\\''",
    ];

    expect(await throughShell(words)).toEqual(words);
  });

  it("gives back any words unchanged from a real shell", async () => {
    const nasty = fc.constantFrom(
      "'",
      '"',
      "\\",
      "$",
      "`",
      "\n",
      "\r",
      ";",
      "&",
      "|",
      " ",
      "*",
      "~",
      "#",
      "\u202e",
    );
    const word = fc.string({
      unit: fc.oneof(nasty, fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 })),
    });
    const expressible = word.filter((text) => !text.includes("\0"));

    // Many words for each shell: starting one takes longer than all the rest.
    await fc.assert(
      fc.asyncProperty(fc.array(expressible, { minLength: 30, maxLength: 60 }), async (words) => {
        expect(await throughShell(words)).toEqual(words);
      }),
      { numRuns: 15 },
    );
  });

  it.each([
    ["NUL", "a\0b"],
    ["a lone surrogate", "a\ud800b"],
  ])("refuses %s without showing the word", (_, word) => {
    expect(() => quote(["echo", word])).toThrow(
      expect.toSatisfy((error: Error) => !error.message.includes(word)),
    );
  });
});

describe("toShellCommand", () => {
  const shell = async (command: Parameters<typeof toShellCommand>[0]) =>
    (await run("sh", ["-c", toShellCommand(command)], { cwd: "/" })).stdout;

  it("replaces the shell with the program", () => {
    expect(toShellCommand({ argv: ["git", "status"], timeoutSeconds: 1 })).toBe("exec 'git' 'status'");
  });

  it("goes to the directory before anything runs", () => {
    const command = { argv: ["id"], directory: "/srv/it's", timeoutSeconds: 1 } as const;

    expect(toShellCommand(command)).toBe("cd -- '/srv/it'\\''s' && exec 'id'");
  });

  it("takes a name that could be an option of cd as a directory", () => {
    expect(toShellCommand({ argv: ["id"], directory: "-", timeoutSeconds: 1 })).toBe(
      "cd -- './-' && exec 'id'",
    );
  });

  it("passes variables unchanged", async () => {
    const environment = { GREETING: "a 'b' $HOME\n", EMPTY: "" };

    const shown = await shell({ argv: ["env"], environment, timeoutSeconds: 1 });

    expect(shown).toContain("GREETING=a 'b' $HOME\n\n");
    expect(shown).toContain("EMPTY=\n");
  });

  it.each([
    ["an empty directory", { argv: ["id"], directory: "" }],
    ["an empty program", { argv: [""] }],
    ["a program that looks like an option", { argv: ["-c", "id"] }],
    ["a program that env would take for a variable", { argv: ["A=b"], environment: { X: "1" } }],
    ["a variable with a bad name", { argv: ["id"], environment: { "A;id": "1" } }],
    ["a variable that looks like an option", { argv: ["id"], environment: { "-i": "1" } }],
  ] as const)("refuses %s", (_, command) => {
    expect(() => toShellCommand({ ...command, timeoutSeconds: 1 })).toThrow(TypeError);
  });
});
