import type { z } from "zod";
import { formatPath } from "./display.js";
import type { ConfigPath, Finding } from "./fault.js";
import { descriptionAt, knownKeys, knownValues } from "./json-schema.js";
import { nearest } from "./nearest.js";
import { Config } from "./schema.js";

type Issue = z.core.$ZodIssue;

interface SchemaFinding extends Finding {
  readonly missing?: true;
  /** The path that the person probably meant to write. */
  readonly meant?: ConfigPath;
}

export type SchemaResult =
  | { readonly kind: "valid"; readonly config: Config }
  | { readonly kind: "invalid"; readonly findings: readonly Finding[] };

/** Checks a value against the schema. A schema's own message is the advice; `advise` fills in the others. */
export function checkSchema(value: unknown): SchemaResult {
  const result = Config.safeParse(value, { error: advise });
  if (result.success) return { kind: "valid", config: result.data };
  const findings = result.error.issues.flatMap((issue) => toFindings(issue, [], value));
  return { kind: "invalid", findings: withoutMistyped(findings) };
}

/** A key that is mistyped is not missing as well. */
function withoutMistyped(findings: readonly SchemaFinding[]): readonly Finding[] {
  const meant = new Set(findings.flatMap(({ meant }) => (meant === undefined ? [] : [formatPath(meant)])));
  return findings.filter(({ path, missing }) => missing !== true || !meant.has(formatPath(path)));
}

function toFindings(issue: Issue, base: ConfigPath, root: unknown): readonly SchemaFinding[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
  if (issue.code === "invalid_key") {
    return [
      {
        path,
        target: "key",
        problem: "this is not a valid name",
        fix: issue.issues[0]?.message ?? issue.message,
      },
    ];
  }
  if (issue.code === "invalid_union") {
    const chosen = chosenBranch(issue.errors);
    if (chosen !== undefined) return chosen.flatMap((inner) => toFindings(inner, path, root));
  }
  const value = valueAt(root, path);
  // What depends on another key says so itself.
  if (value === undefined && issue.code === "custom") {
    const problem = `\`${String(path.at(-1))}\` is missing`;
    return [{ path, target: "value", problem, fix: issue.message }];
  }
  if (value === undefined) return [missing(path, issue.message)];
  return [{ path, target: "value", problem: problemOf(issue, value), fix: fixOf(issue, path, value) }];
}

/** The only alternative whose keys fit, if there is one: its faults are what the person wants to read. */
function chosenBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const fitting = branches.filter((issues) => issues.every((issue) => issue.path.length > 0));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function unknownKey(path: ConfigPath): SchemaFinding {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const base = { path, target: "key", problem: "this key is not known" } as const;
  if (key === "<<") return { ...base, fix: "write the keys out: merge keys are not read" };
  const known = knownKeys(parent);
  const meant = nearest(key, known);
  if (meant === undefined) return { ...base, fix: `remove it; the keys here are ${listed(known)}` };
  return { ...base, fix: `did you mean \`${meant}\`?`, meant: [...parent, meant] };
}

function missing(path: ConfigPath, advice: string): SchemaFinding {
  const last = path.at(-1);
  if (typeof last !== "string") return { path, target: "value", problem: "the list is empty", fix: advice };
  const meaning = descriptionAt(path);
  const fix = meaning === undefined ? `add \`${last}\`` : `add \`${last}\`: ${meaning.replace(/\.$/, "")}`;
  return { path, target: "value", problem: `\`${last}\` is missing`, fix, missing: true };
}

function problemOf(issue: Issue, value: unknown): string {
  if (value === null) return "this has no value";
  switch (issue.code) {
    case "invalid_type":
      return `this is not ${EXPECTED[issue.expected] ?? issue.expected}`;
    case "too_small":
      return issue.origin === "array" ? "the list is too short" : "this is too small or too short";
    case "too_big":
      return issue.origin === "array" ? "the list is too long" : "this is too large or too long";
    case "invalid_union":
    case "invalid_value":
      return "this value is not known";
    default:
      return "this does not have the right form";
  }
}

function fixOf(issue: Issue, path: ConfigPath, value: unknown): string {
  if (issue.code !== "invalid_value" && !(issue.code === "invalid_union" && issue.errors.length === 0)) {
    return issue.message;
  }
  const known = knownValues(path);
  const meant = typeof value === "string" ? nearest(value, known) : undefined;
  if (meant !== undefined) return `did you mean \`${meant}\`?`;
  return known.length === 1 ? `write \`${known[0]}\`` : `write one of ${listed(known)}`;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a mapping",
  record: "a mapping",
};

const TYPE_ADVICE: Readonly<Record<string, string>> = {
  string: "write text on one line",
  number: "write a number without quotes",
  int: "write a whole number without quotes",
  boolean: "write true or false, without quotes",
  array: "write a list: lines that start with `- `, or [one, two]",
  tuple: "write a list: lines that start with `- `, or [one, two]",
  object: "write `key: value` lines, indented below it",
  record: "write `name:` lines, indented below it",
};

function advise(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeAdvice(issue.expected, issue.input);
    case "too_small":
      return `${boundVerb(issue.origin)} at least ${issue.minimum}${boundUnit(issue.origin)}`;
    case "too_big":
      return `${boundVerb(issue.origin)} at most ${issue.maximum}${boundUnit(issue.origin)}`;
    default:
      return `see ${formatPath((issue.path ?? []).map(String))} in docs/configuration.md`;
  }
}

function typeAdvice(expected: string, input: unknown): string {
  const scalar = typeof input === "number" || typeof input === "boolean";
  if (expected === "string" && scalar) return "put it in quotes";
  return TYPE_ADVICE[expected] ?? "see docs/configuration.md";
}

function boundVerb(origin: string): string {
  return origin === "string" || origin === "array" ? "use" : "write a number of";
}

function boundUnit(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}

function valueAt(root: unknown, path: ConfigPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
