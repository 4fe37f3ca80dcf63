import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from "yaml";
import type { ConfigPath } from "./fault.js";

interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML text that was read, with the way back from a path to where it stands. */
export interface YamlText {
  readonly document: Document.Parsed;
  positionAt(offset: number): Position;
}

/**
 * Reads YAML 1.2 with the core schema, whatever a `%YAML` line says: `on` and `no` stay text, and no tag makes
 * anything else. Duplicate keys are left to `findDuplicates`, which knows both places.
 *
 * @throws RangeError when the text is nested too deeply for the parser.
 */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    resolveKnownTags: false,
    uniqueKeys: false,
    stringKeys: true,
    prettyErrors: false,
    logLevel: "error",
    lineCounter: lines,
  });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return { document, positionAt };
}

export interface Place {
  /** Where in the text, as an offset in UTF-16 units. */
  readonly offset: number;
  /** The node of the value, absent when the path leads to nothing. */
  readonly node: Node | undefined;
}

/**
 * Finds where a path stands: the key or the value it leads to. A missing or empty value stands where the last
 * key that exists on the way stands.
 */
export function locate(document: Document.Parsed, path: ConfigPath, target: "key" | "value"): Place {
  let node = resolve(document, document.contents);
  let offset = node?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    const step = typeof part === "number" ? itemAt(node, part) : pairAt(node, part);
    if (step === undefined) return { offset, node: undefined };
    node = resolve(document, step.value);
    const wantsKey = target === "key" && index === path.length - 1;
    offset =
      (wantsKey || isEmpty(node) || index < path.length - 1 ? step.offset : node?.range?.[0]) ?? offset;
  }
  return { offset, node };
}

export interface Duplicate {
  readonly path: ConfigPath;
  readonly firstOffset: number;
  readonly offset: number;
}

/** Every key that a mapping writes more than once, with the place of the first one. */
export function findDuplicates(document: Document.Parsed): readonly Duplicate[] {
  const found: Duplicate[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const seen = new Map<string, number>();
      for (const pair of map.items) {
        const name = keyName(pair);
        const offset = keyOffset(pair);
        const firstOffset = seen.get(name);
        if (firstOffset === undefined) seen.set(name, offset);
        else found.push({ path: [...pathOf([...ancestors, map]), name], firstOffset, offset });
      }
    },
  });
  return found;
}

/** The offsets of aliases whose anchor does not exist before them, or which hold themselves. */
export function findBadAliases(document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Alias(_, alias, ancestors) {
      const anchored = alias.resolve(document);
      if (anchored === undefined || ancestors.includes(anchored)) found.push(alias.range?.[0] ?? 0);
    },
  });
  return found;
}

function pathOf(ancestors: readonly unknown[]): ConfigPath {
  const path: (string | number)[] = [];
  for (const [index, ancestor] of ancestors.entries()) {
    const next = ancestors[index + 1];
    if (isSeq(ancestor)) path.push(ancestor.items.indexOf(next));
    else if (isMap(ancestor)) {
      const pair = ancestor.items.find((item) => item === next);
      if (pair !== undefined) path.push(keyName(pair));
    }
  }
  return path;
}

function itemAt(
  node: Node | undefined,
  index: number,
): { offset: number | undefined; value: unknown } | undefined {
  const item = isSeq(node) ? node.items[index] : undefined;
  return isNode(item) ? { offset: item.range?.[0], value: item } : undefined;
}

function pairAt(node: Node | undefined, key: string): { offset: number; value: unknown } | undefined {
  const pair = isMap(node) ? node.items.findLast((item) => keyName(item) === key) : undefined;
  return pair && { offset: keyOffset(pair), value: pair.value };
}

function keyName(pair: Pair): string {
  const { key } = pair;
  return isScalar(key) ? String(key.value ?? "") : String(key ?? "");
}

function keyOffset(pair: Pair): number {
  return (isNode(pair.key) ? pair.key.range?.[0] : undefined) ?? 0;
}

function isEmpty(node: Node | undefined): boolean {
  return node === undefined || (isScalar(node) && node.value === null && (node.source ?? "") === "");
}

function resolve(document: Document.Parsed, value: unknown): Node | undefined {
  if (isAlias(value)) return value.resolve(document);
  return isNode(value) ? value : undefined;
}
