import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, codeBlock, inCode, plain, wholeLines } from "../../../src/discord/messages/text.js";
import { visible } from "../../../src/visible-text.js";
import { expectHarmless } from "./check-body.js";
import { hostileText } from "./hostile.js";

describe("plain", () => {
  it.each([
    ["keeps ordinary words", "Fix the cart (again), #12 & co.", "Fix the cart (again), #12 & co."],
    ["makes one line", "one\r\n\ttwo\n", "one two"],
    ["shows markdown", "a*b_c~d|e`f", "a\\*b\\_c\\~d\\|e\\`f"],
    ["shows a backslash", "C:\\x", "C:\\\\x"],
    ["shows every masked link", "[a](b) [c](d)", "\\[a\\](b) \\[c\\](d)"],
    ["breaks a mention", "hi @everyone", "hi @\u200beveryone"],
    ["breaks a role", "<@&1>", "<\u200b@\u200b&1>"],
    ["breaks a heading", "# Big", "\u200b# Big"],
    ["breaks a list", "1. One", "\u200b1. One"],
    ["removes bidirectional marks", "a\u202eb\u2066c", "abc"],
    ["removes colours", "\u001b[1;31mred\u001b[0m", "red"],
    ["removes half a character", "a\ud800b", "ab"],
    ["keeps an emoji and its selector", "⚠️ 🚀", "⚠️ 🚀"],
  ])("%s", (_what, text, shown) => {
    expect(plain(text, 100)).toBe(shown);
  });

  it("is harmless and never longer than it may be", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 1, max: 300 }), (text, maxLength) => {
        const shown = plain(text, maxLength);
        expect(shown.length).toBeLessThanOrEqual(maxLength);
        expectHarmless(shown, []);
      }),
    );
  });
});

describe("inCode", () => {
  it("is never empty and never closes its mark", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 300 }), (text, maxLength) => {
        const shown = inCode(text, maxLength);
        expect(shown).toMatch(/^[^`\n]+$/);
        expect(shown.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });
});

describe("codeBlock", () => {
  it("keeps the end of a long text and says that there is more", () => {
    expect(codeBlock("one\ntwo\nthree", 6)).toBe("```\n…three\n```");
  });

  it("cannot be closed from inside", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(codeBlock(text, 900).slice(3, -3)).not.toContain("```");
      }),
    );
  });
});

describe("clip", () => {
  it.each([
    ["abc", 3, "abc"],
    ["abcd", 3, "ab…"],
    ["a🚀b", 3, "a…"],
    ["a🚀b", 4, "a🚀b"],
  ])("makes %s at most %i long: %s", (text, maxLength, shown) => {
    expect(clip(text, maxLength)).toBe(shown);
  });
});

describe("wholeLines", () => {
  it("keeps all lines that fit", () => {
    expect(wholeLines(["ab", "cd"], 5)).toBe("ab\ncd");
  });

  it("leaves whole lines out and says so", () => {
    expect(wholeLines(["ab", "cd", "ef"], 7)).toBe("ab\ncd\n…");
  });
});

describe("visible", () => {
  it.each([
    ["an operating-system command", "a\u001b]8;;http://evil.example\u0007b\u001b]8;;\u0007c", "abc"],
    ["a cursor movement", "a\u001b[2K\u001b[1Gb", "ab"],
    ["a carriage return of a progress bar", "10%\r20%", "10%\n20%"],
    ["a soft hyphen", "pass\u00adword", "password"],
    ["tag characters", "a\u{e0041}\u{e007f}b", "ab"],
  ])("cleans %s", (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
