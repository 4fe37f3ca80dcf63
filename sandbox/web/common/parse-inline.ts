import type { Inline } from "./markdown.js";
import { safeUrl } from "./safe-url.js";

/** Deeper nesting than people write; it bounds the work that a hostile message can cause. */
const deepest = 8;

type Rule = (rest: string, before: string, depth: number) => Match | undefined;

interface Match {
  readonly length: number;
  readonly node: Inline;
}

/** Reads one run of Discord's inline markdown: styles, code, links, mentions, times, line breaks. */
export function parseInline(source: string, depth = 0): readonly Inline[] {
  const nodes: Inline[] = [];
  let plain = "";
  let at = 0;
  const flush = (): void => {
    if (plain !== "") nodes.push({ kind: "text", text: plain });
    plain = "";
  };
  while (at < source.length) {
    const found = firstMatch(source, at, depth);
    if (found === undefined) {
      plain += source.charAt(at);
      at += 1;
    } else {
      if (found.node.kind === "text") plain += found.node.text;
      else {
        flush();
        nodes.push(found.node);
      }
      at += found.length;
    }
  }
  flush();
  return nodes;
}

const special = /[\\\n`*_~|<[@h]/;

function firstMatch(source: string, at: number, depth: number): Match | undefined {
  if (!special.test(source.charAt(at))) return undefined;
  const rest = source.slice(at);
  const before = at === 0 ? "" : source.charAt(at - 1);
  for (const rule of rules) {
    const match = rule(rest, before, depth);
    if (match !== undefined) return match;
  }
  return undefined;
}

const escapeRule: Rule = (rest) => {
  const escaped = /^\\([^\p{L}\p{N}\s])/u.exec(rest)?.[1];
  return escaped === undefined ? undefined : { length: 1 + escaped.length, node: text(escaped) };
};

const breakRule: Rule = (rest) =>
  rest.startsWith("\n") ? { length: 1, node: { kind: "break" } } : undefined;

const codeRule: Rule = (rest) => {
  const match = /^(`+)([\s\S]*?[^`])\1(?!`)/.exec(rest);
  if (match?.[2] === undefined) return undefined;
  // A space beside the backticks only keeps them apart from a backtick in the code.
  return { length: match[0].length, node: { kind: "code", text: match[2].replace(/^ (?=`)|(?<=`) $/g, "") } };
};

const styles = [
  { kind: "bold", pattern: /^\*\*((?:\\.|[^\\])+?)\*\*(?!\*)/s },
  { kind: "underline", pattern: /^__((?:\\.|[^\\])+?)__(?!_)/s },
  { kind: "strike", pattern: /^~~((?:\\.|[^\\])+?)~~/s },
  { kind: "spoiler", pattern: /^\|\|((?:\\.|[^\\])+?)\|\|/s },
  { kind: "italic", pattern: /^\*(?![\s*])((?:\*\*|\\.|[^\\*])+?)\*(?!\*)/s },
  { kind: "italic", pattern: /^_((?:__|\\.|[^\\_])+?)_(?![\p{L}\p{N}_])/su },
] as const;

const styleRule: Rule = (rest, before, depth) => {
  if (depth >= deepest) return undefined;
  if (rest.startsWith("_") && /[\p{L}\p{N}]/u.test(before)) return undefined;
  for (const { kind, pattern } of styles) {
    const match = pattern.exec(rest);
    if (match?.[1] !== undefined) {
      return { length: match[0].length, node: { kind, children: parseInline(match[1], depth + 1) } };
    }
  }
  return undefined;
};

const linkRule: Rule = (rest, _before, depth) => {
  const match = /^\[((?:\\.|[^\]\\\n])+)\]\(<?(\S+?)>?(?:\s+"[^"\n]*")?\)/.exec(rest);
  const url = safeUrl(match?.[2]);
  if (match?.[1] === undefined || url === undefined || depth >= deepest) return undefined;
  return { length: match[0].length, node: { kind: "link", url, children: parseInline(match[1], depth + 1) } };
};

const bareUrlRule: Rule = (rest) => {
  const match =
    /^<(https?:\/\/[^\s<>]+)>/.exec(rest) ?? /^(https?:\/\/[^\s<>]*[^\s<>.,:;"'\])*_~|`])/.exec(rest);
  const url = safeUrl(match?.[1]);
  if (match?.[1] === undefined || url === undefined) return undefined;
  return { length: match[0].length, node: { kind: "link", url, children: [text(match[1])] } };
};

const mentionKinds = { "@": "person", "@!": "person", "@&": "role", "#": "channel" } as const;

const mentionRule: Rule = (rest) => {
  const match = /^<(@!?|@&|#)(\d{1,20})>/.exec(rest);
  if (match?.[2] === undefined) return undefined;
  const kind = mentionKinds[match[1] as keyof typeof mentionKinds];
  return { length: match[0].length, node: { kind, id: match[2] } };
};

const tagRule: Rule = (rest) => {
  const time = /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/.exec(rest);
  if (time) {
    return {
      length: time[0].length,
      node: { kind: "time", seconds: Number(time[1]), style: time[2] ?? "f" },
    };
  }
  const command = /^<\/([^:<>\n]{1,100}):\d{1,20}>/.exec(rest);
  if (command?.[1] !== undefined) {
    return { length: command[0].length, node: { kind: "command", name: command[1] } };
  }
  const emoji = /^<a?:(\w{2,32}):\d{1,20}>/.exec(rest);
  if (emoji?.[1] === undefined) return undefined;
  return { length: emoji[0].length, node: { kind: "emoji", name: emoji[1] } };
};

const everyoneRule: Rule = (rest) => {
  const match = /^@(?:everyone|here)/.exec(rest);
  return match ? { length: match[0].length, node: { kind: "everyone", text: match[0] } } : undefined;
};

const rules: readonly Rule[] = [
  escapeRule,
  breakRule,
  codeRule,
  styleRule,
  linkRule,
  bareUrlRule,
  mentionRule,
  tagRule,
  everyoneRule,
];

function text(value: string): Inline {
  return { kind: "text", text: value };
}
