import { describe, expect, it } from "vitest";
import { createNarrator } from "../../../sandbox/demo/narrator.js";
import type { MessageView } from "../../../sandbox/discord/types.js";

const message = (content: string) =>
  ({
    id: "1",
    content,
    embeds: [],
    attachments: [],
    edits: 0,
    author: { name: "Slipway" },
  }) as unknown as MessageView;

function printed(content: string, language: "en" | "fr"): string {
  const texts: string[] = [];
  const output = { isTTY: true, write: (text: string) => texts.push(text) > 0 };
  createNarrator(output, { NO_COLOR: "1" }, language).message(message(content));
  return texts.join("");
}

describe("the demo's script", () => {
  const seconds = Date.UTC(2026, 11, 1, 12) / 1000;

  it.each(["", ":f", ":F", ":t", ":T", ":d", ":D", ":R"])("prints a time mark as words (%j)", (style) => {
    for (const language of ["en", "fr"] as const) {
      const text = printed(`until <t:${seconds}${style}>!`, language);

      expect(text).not.toContain("<t:");
      expect(text).toMatch(/until .*\S.*!/);
    }
  });

  it("prints what is about now so that the same line is not printed again", () => {
    const now = Math.floor(Date.now() / 1000);

    expect(printed(`<t:${now}:R>`, "en")).toContain("just now");
    expect(printed(`<t:${now}:R>`, "fr")).toContain("à l’instant");
  });

  it("has no colours where NO_COLOR is set", () => {
    expect(printed("hello", "en")).not.toContain("\u001b");
  });
});
