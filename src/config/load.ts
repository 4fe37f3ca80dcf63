import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { type ErrorCode, isScalar } from "yaml";
import { formatPath, quoteLine } from "./display.js";
import type { ConfigFault, Finding } from "./fault.js";
import { describeFound } from "./found.js";
import { type BadIndentation, findBadIndentation, type TextVerdict } from "./indentation.js";
import { checkReferences } from "./references.js";
import type { Config } from "./schema.js";
import { checkSchema } from "./schema-findings.js";
import { SYNTAX_ADVICE } from "./syntax-faults.js";
import { findBadAliases, findDuplicates, locate, readYaml, type YamlText } from "./yaml-text.js";

export type LoadResult =
  | {
      readonly kind: "valid";
      readonly config: Config;
      /** The contents of the file, before the defaults were filled in. */
      readonly written: unknown;
      /** Says where in the file something stands that turns out to be wrong later. */
      readonly locate: (finding: Finding) => ConfigFault;
    }
  | { readonly kind: "invalid"; readonly faults: readonly ConfigFault[] };

/** Reads and checks a configuration file. A file that cannot be read is a fault, never an exception. */
export async function loadConfig(file: string): Promise<LoadResult> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return refuse([unreadable(file, error)]);
  }
  // A buffer that is not UTF-8 would come back with U+FFFD in its names, and no fault.
  if (!isUtf8(bytes)) {
    return refuse([wholeFile(file, "bytes that are not UTF-8", "the file is not text", "save it as UTF-8")]);
  }
  return parseConfig(bytes.toString("utf8"), file);
}

/** Checks the text of a configuration file. Never throws; all faults come at once, in the order of their lines. */
export function parseConfig(text: string, file: string): LoadResult {
  const yaml = tryReadYaml(text);
  if (yaml === undefined) {
    const { problem, fix } = SYNTAX_ADVICE.RESOURCE_EXHAUSTION;
    return refuse([wholeFile(file, "text", problem, fix)]);
  }
  const source = { yaml, text, file };
  const broken = syntaxFaults(source);
  if (broken.length > 0) return refuse([...broken, ...duplicateFaults(source)]);
  const { contents } = yaml.document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    return refuse([wholeFile(file, "nothing", "the file is empty", "start from slipway.example.yaml")]);
  }
  return checkContents(source);
}

interface Source {
  readonly yaml: YamlText;
  readonly text: string;
  readonly file: string;
}

function checkContents(source: Source): LoadResult {
  const value = tryToValue(source.yaml);
  if (value === undefined) {
    const problem = "aliases expand to too much";
    return refuse([wholeFile(source.file, "aliases of aliases", problem, "write the values out")]);
  }
  const schema = checkSchema(value.data);
  const findings = schema.kind === "invalid" ? schema.findings : [];
  const faults = [
    ...tagFaults(source),
    ...duplicateFaults(source),
    ...withoutRepetition([...findings, ...checkReferences(value.data)]).map((finding) =>
      toFault(finding, source),
    ),
  ];
  if (schema.kind === "invalid" || faults.length > 0) return refuse(faults);
  return { ...schema, written: value.data, locate: (finding) => toFault(finding, source) };
}

/** A value that the schema refuses needs no second fault about what it refers to. */
function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ path, target }) => {
    const place = JSON.stringify([path, target]);
    return !seen.has(place) && seen.add(place);
  });
}

function toFault(finding: Finding, { yaml, file }: Source): ConfigFault {
  const { offset, node } = locate(yaml.document, finding.path, finding.target);
  return {
    file,
    ...yaml.positionAt(offset),
    path: formatPath(finding.path),
    found: describeFound(finding, node),
    problem: finding.problem,
    fix: finding.fix,
  };
}

function syntaxFaults(source: Source): readonly ConfigFault[] {
  const { document } = source.yaml;
  const aliases = findBadAliases(document).map((offset) =>
    faultAtOffset(source, offset, "this alias names no anchor before it", "write the value out"),
  );
  const { bad, text } = document.errors.slice(0, 1).some(({ code }) => MAY_BE_INDENTATION.has(code))
    ? findBadIndentation(source.text, judgeText)
    : { bad: [], text: source.text };
  // What is left once those lines are moved; what the parser said before was their consequence.
  const moved = bad.length === 0 ? undefined : tryReadYaml(text);
  const read = moved === undefined ? source : { ...source, yaml: moved, text };
  const errors = read.yaml.document.errors.map(({ code, pos }) =>
    faultAtOffset(read, pos[0], SYNTAX_ADVICE[code].problem, SYNTAX_ADVICE[code].fix),
  );
  return firstOfEachLine([...bad.map((one) => indentationFault(source, one)), ...errors, ...aliases]);
}

/** What the parser says where it lost its way because of a line before. */
const MAY_BE_INDENTATION: ReadonlySet<ErrorCode> = new Set([
  "BAD_INDENT",
  "BLOCK_AS_IMPLICIT_KEY",
  "IMPOSSIBLE",
  "MISSING_CHAR",
  "MULTILINE_IMPLICIT_KEY",
  "NON_STRING_KEY",
  "UNEXPECTED_TOKEN",
]);

function judgeText(text: string): TextVerdict {
  const yaml = tryReadYaml(text);
  if (yaml === undefined) return { errorLines: [1], faults: 0 };
  const errorLines = yaml.document.errors.map(({ pos }) => yaml.positionAt(pos[0]).line);
  if (errorLines.length > 0) return { errorLines, faults: 0 };
  const data = tryToValue(yaml)?.data;
  const schema = checkSchema(data);
  const findings = schema.kind === "invalid" ? schema.findings.length : 0;
  return { errorLines, faults: findings + findDuplicates(yaml.document).length };
}

function indentationFault(source: Source, { line, found, wanted }: BadIndentation): ConfigFault {
  const text = source.text.split(/\r?\n/)[line - 1] ?? "";
  return {
    file: source.file,
    ...{ line, column: found + 1, path: "", found: quoteLine(text) },
    problem: `this line starts after ${spaces(found)}, which does not fit the lines around it`,
    fix: wanted === 0 ? "start it at the left margin" : `indent it by ${spaces(wanted)}`,
  };
}

function spaces(count: number): string {
  return count === 1 ? "1 space" : `${count} spaces`;
}

/** What follows a syntax fault on the same line is mostly its consequence. */
function firstOfEachLine(faults: readonly ConfigFault[]): readonly ConfigFault[] {
  return faults.filter(({ line }, index) => faults.findIndex((fault) => fault.line === line) === index);
}

function tagFaults(source: Source): readonly ConfigFault[] {
  return source.yaml.document.warnings.map(({ code, pos }) =>
    faultAtOffset(source, pos[0], SYNTAX_ADVICE[code].problem, SYNTAX_ADVICE[code].fix),
  );
}

function duplicateFaults(source: Source): readonly ConfigFault[] {
  return findDuplicates(source.yaml.document).map(({ path, firstOffset, offset }) => {
    const first = source.yaml.positionAt(firstOffset).line;
    const again = source.yaml.positionAt(offset);
    return {
      file: source.file,
      ...again,
      path: formatPath(path),
      found: describeFound({ path, target: "key", problem: "", fix: "" }, undefined),
      problem: `this is written twice, on line ${first} and on line ${again.line}`,
      fix: "keep one of them, or rename one",
    };
  });
}

function faultAtOffset(source: Source, offset: number, problem: string, fix: string): ConfigFault {
  const position = source.yaml.positionAt(offset);
  const line = source.text.split("\n")[position.line - 1] ?? "";
  return { file: source.file, ...position, path: "", found: quoteLine(line), problem, fix };
}

function wholeFile(file: string, found: string, problem: string, fix: string): ConfigFault {
  return { file, line: 1, column: 1, path: "", found, problem, fix };
}

function unreadable(file: string, error: unknown): ConfigFault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (code === "ENOENT") {
    const fix = "copy slipway.example.yaml to this place, or name another file in SLIPWAY_CONFIG";
    return wholeFile(file, "nothing", "the file does not exist", fix);
  }
  if (code === "EISDIR") return wholeFile(file, "a directory", "this is not a file", "name a file");
  return wholeFile(file, code, "the file cannot be read", "let the user that runs Slipway read it");
}

function refuse(faults: readonly ConfigFault[]): LoadResult {
  return {
    kind: "invalid",
    faults: faults.toSorted((left, right) => left.line - right.line || left.column - right.column),
  };
}

/** The parser recurses, so a text nested thousands deep exhausts the stack. */
function tryReadYaml(text: string): YamlText | undefined {
  try {
    return readYaml(text);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The library counts what aliases expand to and stops at its limit with a ReferenceError. */
function tryToValue(yaml: YamlText): { readonly data: unknown } | undefined {
  try {
    return { data: yaml.document.toJS() as unknown };
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof RangeError) return undefined;
    throw error;
  }
}
