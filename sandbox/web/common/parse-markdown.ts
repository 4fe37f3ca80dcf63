import type { Block, ListItem } from "./markdown.js";
import { parseInline } from "./parse-inline.js";

const fence = /```(?:([A-Za-z0-9_+.-]+)\n)?\n?([\s\S]*?)\n?```/g;
const listLine = /^( *)([-*]|\d{1,9}\.) +(?=\S)/;

/** Reads a message, an embed's description or a text display as Discord's client does. */
export function parseMarkdown(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let at = 0;
  for (const match of source.matchAll(fence)) {
    blocks.push(...parseLines(trimBreaks(source.slice(at, match.index))));
    blocks.push({ kind: "code", language: match[1] ?? "", text: match[2] ?? "" });
    at = match.index + match[0].length;
  }
  blocks.push(...parseLines(trimBreaks(source.slice(at))));
  return blocks;
}

/** A block starts on its own line anyway: the break beside a code block would show as an empty line. */
function trimBreaks(text: string): string {
  return text.replace(/^\n|\n$/g, "");
}

/** Discord does not nest quotes: inside one, the sign is plain text. */
function parseLines(text: string, quotes = true): readonly Block[] {
  if (text === "") return [];
  const blocks: Block[] = [];
  const lines = text.split("\n");
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const found = blockAt(lines, at, quotes);
    if (found === undefined) {
      paragraph.push(lines[at] ?? "");
      at += 1;
    } else {
      flush();
      blocks.push(found.block);
      at += found.lines;
    }
  }
  flush();
  return blocks;
}

interface FoundBlock {
  readonly block: Block;
  readonly lines: number;
}

function blockAt(lines: readonly string[], at: number, quotes: boolean): FoundBlock | undefined {
  const line = lines[at] ?? "";
  const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
  if (heading?.[1] !== undefined && heading[2] !== undefined) {
    const level = heading[1].length === 1 ? 1 : heading[1].length === 2 ? 2 : 3;
    return { block: { kind: "heading", level, children: parseInline(heading[2]) }, lines: 1 };
  }
  const subtext = /^-# +(\S.*)$/.exec(line)?.[1];
  if (subtext !== undefined) return { block: { kind: "subtext", children: parseInline(subtext) }, lines: 1 };
  if (quotes && line.startsWith(">>> ")) {
    const quoted = [line.slice(4), ...lines.slice(at + 1)];
    return {
      block: { kind: "quote", children: parseLines(quoted.join("\n"), false) },
      lines: quoted.length,
    };
  }
  return quotes && line.startsWith("> ") ? quoteAt(lines, at) : listAt(lines, at);
}

function quoteAt(lines: readonly string[], at: number): FoundBlock {
  const quoted = takeWhile(lines, at, (line) => line.startsWith("> "));
  const children = parseLines(quoted.map((line) => line.slice(2)).join("\n"), false);
  return { block: { kind: "quote", children }, lines: quoted.length };
}

function listAt(lines: readonly string[], at: number): FoundBlock | undefined {
  const items = takeWhile(lines, at, (line) => listLine.test(line)).map(listItem);
  return items.length === 0 ? undefined : { block: { kind: "list", items }, lines: items.length };
}

function listItem(line: string): ListItem {
  const match = listLine.exec(line);
  const sign = match?.[2] ?? "-";
  return {
    depth: Math.min(Math.floor((match?.[1]?.length ?? 0) / 2), 10),
    marker: sign.endsWith(".") ? sign : "•",
    children: parseInline(line.slice(match?.[0].length ?? 0)),
  };
}

function takeWhile(
  lines: readonly string[],
  from: number,
  accept: (line: string) => boolean,
): readonly string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !accept(line));
  return end === -1 ? rest : rest.slice(0, end);
}
