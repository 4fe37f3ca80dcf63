import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TerminalText, terminalText } from "../../src/terminal-text.js";

const ESC = "\u001b";

describe("the text that a terminal shows", () => {
  it.each([
    ["plain lines", "one\n\ttwo\nthree", "one\n\ttwo\nthree"],
    ["line breaks of Windows", "one\r\ntwo\r\n", "one\ntwo\n"],
    ["colours", `${ESC}[1;31mred${ESC}[0m ${ESC}[38;2;1;2;3mtrue${ESC}[m\n`, "red true\n"],
    ["a progress that writes over itself", "10 %\r50 %\r100 %\ndone\n", "100 %\ndone\n"],
    ["a shorter text over a longer one", "downloading\rdone\n", "doneloading\n"],
    ["a line that was erased first", `downloading\r${ESC}[Kdone\n`, "done\n"],
    ["a line that was erased as a whole", `downloading${ESC}[2K\rdone\n`, "done\n"],
    ["the start of a line erased", `abcdef${ESC}[3D${ESC}[1K\n`, "    ef\n"],
    ["backspaces", "spin |\b/\b-\b\\\bok\n", "spin ok\n"],
    ["moves within the line", `abc${ESC}[2DX${ESC}[1CY${ESC}[1GZ\n`, "ZXcY\n"],
    ["a move far to the right", `a${ESC}[99999999Cb\n`, "ab\n"],
    [
      "a link and a title",
      `${ESC}]8;;http://x${ESC}\\link${ESC}]8;;\u0007 ${ESC}]0;title\u0007end\n`,
      "link end\n",
    ],
    ["a title that never ends", `${ESC}]0;the rest stays\nnext\n`, "0;the rest stays\nnext\n"],
    ["sequences in eight bits", "\u009b31mred\u009b0m\n", "red\n"],
    ["other escape codes", `${ESC}(B${ESC}7${ESC}8${ESC}=text${ESC}c\n`, "text\n"],
    ["control characters", "a\u0000b\u0007c\u007f\u0085d\n", "abcd\n"],
    ["marks that reorder text", "a\u202eb\u200bc\n", "abc\n"],
    ["bytes that were not UTF-8", "a\ufffdb\n", "a\ufffdb\n"],
    ["emoji", "🚀 x\r👩‍💻\n", "👩💻x\n"],
    ["a lone escape at the end", `text${ESC}`, "text"],
  ])("of %s", (_what, printed, shown) => {
    expect(terminalText(printed)).toBe(shown);
  });

  const pieces = fc.array(
    fc.constantFrom(
      "a",
      "bc",
      "é",
      "🚀",
      "\n",
      "\r",
      "\b",
      ESC,
      `${ESC}[`,
      "1",
      ";",
      "2K",
      "K",
      "m",
      "D",
      "]0;",
      "\u0007",
    ),
    { maxLength: 40 },
  );

  it("is the same in whatever pieces the output comes", () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const stream = new TerminalText();
        const shown = parts.map((part) => stream.write(part)).join("") + stream.end();
        expect(shown).toBe(terminalText(parts.join("")));
      }),
      { numRuns: 300 },
    );
  });

  it("has neither control characters nor escape codes, and showing it again changes nothing", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          pieces.map((parts) => parts.join("")),
          fc.string({ unit: "binary" }),
        ),
        (printed) => {
          const shown = terminalText(printed);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          expect(shown).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
          expect(terminalText(shown)).toBe(shown);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("of a progress without end takes little memory and keeps the last state", () => {
    const stream = new TerminalText();
    let given = "";
    for (let index = 0; index < 20_000; index++) given += stream.write(`\r${ESC}[Kstep ${index} of many`);

    expect(given).toBe("");
    expect(stream.end()).toBe("step 19999 of many");
  });

  it("of a line without end is given out in pieces, without a character cut in two", () => {
    const stream = new TerminalText();
    let given = "";
    for (let index = 0; index < 100; index++)
      given += stream.write("\ud83d\ude80".repeat(999).slice(index % 2));

    expect(given.length).toBeGreaterThan(0);
    expect(given + stream.end()).not.toMatch(/\ufffd/);
  });
});
