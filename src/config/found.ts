import { isMap, isScalar, isSeq, type Node } from "yaml";
import { namesSecret, quote } from "./display.js";
import type { Finding } from "./fault.js";

/** Says in a few words what stands in the file where a finding points. */
export function describeFound(finding: Finding, node: Node | undefined): string {
  const last = finding.path.at(-1);
  if (finding.target === "key" && typeof last === "string") return quote(last, "`");
  if (isMap(node)) return node.items.length === 0 ? "an empty mapping" : "a mapping";
  if (isSeq(node)) return describeList(node.items.length);
  if (isScalar(node)) return describeScalar(finding, node.value, node.source ?? "");
  return "nothing";
}

function describeList(length: number): string {
  if (length === 0) return "an empty list";
  return length === 1 ? "a list of one item" : `a list of ${length} items`;
}

function describeScalar(finding: Finding, value: unknown, source: string): string {
  if (value === null && source === "") return "no value";
  const text = typeof value === "string" ? value : source;
  const lines = text.trimEnd().split("\n").length;
  if (lines > 1) return `text of ${lines} lines`;
  if (namesSecret(finding.path)) return `text of ${text.length} characters`;
  return typeof value === "string" ? quote(text) : quote(text, "");
}
