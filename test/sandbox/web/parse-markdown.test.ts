import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Inline } from "../../../sandbox/web/common/markdown.js";
import { parseInline } from "../../../sandbox/web/common/parse-inline.js";
import { parseMarkdown } from "../../../sandbox/web/common/parse-markdown.js";

const text = (value: string): Inline => ({ kind: "text", text: value });

describe("parseInline", () => {
  it.each<[string, string, readonly Inline[]]>([
    ["bold", "a **b** c", [text("a "), { kind: "bold", children: [text("b")] }, text(" c")]],
    ["italic with a star", "*b*", [{ kind: "italic", children: [text("b")] }]],
    ["italic with a line", "_b_", [{ kind: "italic", children: [text("b")] }]],
    ["underline", "__b__", [{ kind: "underline", children: [text("b")] }]],
    ["strike", "~~b~~", [{ kind: "strike", children: [text("b")] }]],
    ["spoiler", "||b||", [{ kind: "spoiler", children: [text("b")] }]],
    [
      "bold around italic",
      "**a *b***",
      [{ kind: "bold", children: [text("a "), { kind: "italic", children: [text("b")] }] }],
    ],
    ["code, where nothing else counts", "`**a**`", [{ kind: "code", text: "**a**" }]],
    ["code with a backtick", "`` a`b ``", [{ kind: "code", text: " a`b " }]],
    ["a link", "[a](https://b.test/c)", [{ kind: "link", url: "https://b.test/c", children: [text("a")] }]],
    [
      "a bare address before a full stop",
      "https://b.test/c.",
      [{ kind: "link", url: "https://b.test/c", children: [text("https://b.test/c")] }, text(".")],
    ],
    ["a person", "<@12>", [{ kind: "person", id: "12" }]],
    ["a role", "<@&12>", [{ kind: "role", id: "12" }]],
    ["a channel", "<#12>", [{ kind: "channel", id: "12" }]],
    ["a time", "<t:1700000000:R>", [{ kind: "time", seconds: 1_700_000_000, style: "R" }]],
    ["a command", "</deploy:12>", [{ kind: "command", name: "deploy" }]],
    ["an escaped star", "\\*a\\*", [text("*a*")]],
    ["a word with lines in it", "a_b_c", [text("a_b_c")]],
    ["two lines", "a\nb", [text("a"), { kind: "break" }, text("b")]],
  ])("reads %s", (_name, source, expected) => {
    expect(parseInline(source)).toEqual(expected);
  });

  it.each(["[a](javascript:alert(1))", "[a](data:text/html,b)", "<javascript:alert(1)>", "**a", "<b>x</b>"])(
    "leaves %s as text",
    (source) => {
      expect(parseInline(source)).toEqual([text(source)]);
    },
  );

  it("makes only http and https links of any text", () => {
    const parts = [
      "[a](",
      ")",
      "javascript:",
      "https://b.test",
      "**",
      "_",
      "`",
      "<",
      ">",
      "\\",
      "x",
      " ",
      "||",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (words) => {
        const links = allNodes(parseInline(words.join(""))).filter((node) => node.kind === "link");
        expect(links.every(({ url }) => /^https?:/.test(url))).toBe(true);
      }),
    );
  });

  it("keeps text without marks as it is", () => {
    const unmarked = fc.string({ unit: fc.constantFrom("a", "é", "💥", " ", "$", "(", ";", "&", "‮") });
    fc.assert(
      fc.property(unmarked, (source) => {
        expect(parseInline(source)).toEqual(source === "" ? [] : [text(source)]);
      }),
    );
  });
});

describe("parseMarkdown", () => {
  it("reads headings, subtext and a paragraph", () => {
    const blocks = parseMarkdown("# A\n### B\n-# c\nd\ne");

    expect(blocks.map(({ kind }) => kind)).toEqual(["heading", "heading", "subtext", "paragraph"]);
  });

  it("reads a list with its depths and numbers", () => {
    expect(parseMarkdown("- a\n  - b\n3. c")).toEqual([
      {
        kind: "list",
        items: [
          { depth: 0, marker: "•", children: [text("a")] },
          { depth: 1, marker: "•", children: [text("b")] },
          { depth: 0, marker: "3.", children: [text("c")] },
        ],
      },
    ]);
  });

  it("reads a code block between paragraphs without the breaks around it", () => {
    expect(parseMarkdown("a\n```sh\nls **x**\n```\nb")).toEqual([
      { kind: "paragraph", children: [text("a")] },
      { kind: "code", language: "sh", text: "ls **x**" },
      { kind: "paragraph", children: [text("b")] },
    ]);
  });

  it("takes a code block's only line as its text", () => {
    expect(parseMarkdown("```error```")).toEqual([{ kind: "code", language: "", text: "error" }]);
  });

  it("does not nest quotes", () => {
    expect(parseMarkdown("> > a")).toEqual([
      { kind: "quote", children: [{ kind: "paragraph", children: [text("> a")] }] },
    ]);
  });
});

function allNodes(nodes: readonly Inline[]): readonly Inline[] {
  return nodes.flatMap((node) => ("children" in node ? [node, ...allNodes(node.children)] : [node]));
}
