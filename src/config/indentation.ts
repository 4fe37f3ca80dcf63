/** A line whose indentation does not fit those around it. */
export interface BadIndentation {
  /** 1-based. */
  readonly line: number;
  /** Spaces. */
  readonly found: number;
  readonly wanted: number;
}

/** What a reader makes of a text. */
export interface TextVerdict {
  /** 1-based lines of the syntax errors, in their order. */
  readonly errorLines: readonly number[];
  /** Faults of the contents; counted only where there are no syntax errors. */
  readonly faults: number;
}

/** Each round moves one line, and reads the text up to about fifty times. */
const MAX_ROUNDS = 2;
const MAX_TRIALS = 40;
const MAX_WHOLE_TRIALS = 6;
/** A configuration of a hundred environments; more would take long to read so often. Characters. */
const LONGEST_TEXT = 100_000;
const LINES_BEFORE = 8;
const LINES_BEHIND = 12;
const STEP = 2;

/**
 * Finds the lines that are indented wrongly: those that make the text readable when they alone are moved. The parser
 * reports the place where it lost its way, which is often another line, and then each line after it.
 *
 * @returns the lines, and the text in which they are moved; it has the same lines
 */
export function findBadIndentation(
  text: string,
  read: (text: string) => TextVerdict,
): { readonly bad: readonly BadIndentation[]; readonly text: string } {
  if (text.length > LONGEST_TEXT) return { bad: [], text };
  const found: BadIndentation[] = [];
  let lines = text.split("\n");
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { errorLines } = read(lines.join("\n"));
    const trial = errorLines.length === 0 ? undefined : bestTrial(lines, errorLines, read);
    if (trial === undefined) break;
    found.push(trial.move);
    lines = trial.lines;
  }
  return { bad: found, text: lines.join("\n") };
}

interface Trial {
  readonly move: BadIndentation;
  readonly lines: string[];
  /** Lower is better; the first difference decides. */
  readonly score: readonly number[];
}

function bestTrial(
  lines: readonly string[],
  errorLines: readonly number[],
  read: (text: string) => TextVerdict,
): Trial | undefined {
  const indexes = suspects(lines, errorLines[0] ?? 1);
  const part = partAround(lines, indexes, errorLines[0] ?? 1);
  const step = stepOf(lines);
  const even = unevenness(lines, step);
  const before = read(lines.slice(part.start, part.end).join("\n")).errorLines.length;
  const moves = indexes
    // Deep enough, a line without its colon is read as a part of the value above it.
    .filter((index) => isEntry(lines[index] ?? ""))
    .flatMap((index) => movesOf(lines, index))
    .slice(0, MAX_TRIALS);
  // A part is read quickly; only what mends it is tried on the whole.
  const tried = moves.flatMap((move) => {
    const moved = lines.with(
      move.line - 1,
      " ".repeat(move.wanted) + (lines[move.line - 1] ?? "").trimStart(),
    );
    const left = read(moved.slice(part.start, part.end).join("\n")).errorLines.length;
    const score = [left, unevenness(moved, step), Math.abs(move.wanted - move.found)];
    return left < before ? [{ move, lines: moved, score }] : [];
  });
  const trials = best(tried, MAX_WHOLE_TRIALS).flatMap((trial): readonly Trial[] => {
    const { errorLines: left, faults } = read(trial.lines.join("\n"));
    const score = [left.length, faults, ...trial.score];
    // What parses may be worse: a key that has a value and others below it is mended by no move.
    const isMended = left.length === 0 && faults === 0;
    return isMended || unevenness(trial.lines, step) < even ? [{ ...trial, score }] : [];
  });
  const [first] = best(trials, 1);
  return first !== undefined && (first.score[0] ?? 0) < errorLines.length ? first : undefined;
}

function best(trials: readonly Trial[], count: number): readonly Trial[] {
  return trials.toSorted((left, right) => compare(left.score, right.score)).slice(0, count);
}

/** From the top-level key above the suspects to a few lines behind the error. Indexes. */
function partAround(lines: readonly string[], indexes: readonly number[], errorLine: number) {
  const start = lines.findLastIndex(
    (line, index) => index <= Math.min(...indexes) && isCode(line) && indentOf(line) === 0,
  );
  return { start: Math.max(0, start), end: errorLine + LINES_BEHIND };
}

/** How many lines do not keep to the usual step. */
function unevenness(lines: readonly string[], step: number): number {
  const indents = lines.filter(isCode).map(indentOf);
  return indents.filter((indent, index) => indent % step !== 0 || indent > (indents[index - 1] ?? 0) + step)
    .length;
}

/** By how much most lines are deeper that are deeper than the line before. */
function stepOf(lines: readonly string[]): number {
  const indents = lines.filter(isCode).map(indentOf);
  const counts = new Map<number, number>();
  for (const [index, indent] of indents.entries()) {
    const deeper = indent - (indents[index - 1] ?? 0);
    if (deeper > 0) counts.set(deeper, (counts.get(deeper) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([, left], [, right]) => right - left);
  return most?.[0] ?? STEP;
}

/** The lines around an error, and above them those that open what it stands in. Indexes, the nearest first. */
function suspects(lines: readonly string[], errorLine: number): readonly number[] {
  const code = lines.flatMap((line, index) => (isCode(line) ? [index] : []));
  const after = code.filter((index) => index >= errorLine).slice(0, 1);
  let shallowest = Number.POSITIVE_INFINITY;
  const before = code
    .filter((index) => index < errorLine)
    .toReversed()
    .filter((index, distance) => {
      const indent = indentOf(lines[index] ?? "");
      const opens = indent <= shallowest;
      shallowest = Math.min(shallowest, indent);
      return opens || distance < LINES_BEFORE;
    });
  return [...before.slice(0, 2), ...after, ...before.slice(2)];
}

/** A line can belong beside its neighbours, or under the one before it. */
function movesOf(lines: readonly string[], index: number): readonly BadIndentation[] {
  const found = indentOf(lines[index] ?? "");
  const before = lines.slice(0, index).filter(isCode).slice(-2).map(indentOf);
  const after = lines
    .slice(index + 1)
    .filter(isCode)
    .slice(0, 1)
    .map(indentOf);
  const above = before.at(-1) ?? 0;
  const columns = new Set([
    ...before,
    ...after,
    above + STEP,
    found - (found % STEP),
    found - STEP,
    found + STEP,
  ]);
  return [...columns]
    .filter((wanted) => wanted >= 0 && wanted !== found)
    .map((wanted) => ({ line: index + 1, found, wanted }));
}

/** A key with its colon, or an item of a list. */
function isEntry(line: string): boolean {
  return /^\s*(?:-(?:\s|$)|(?:"[^"]*"\s*|'[^']*'\s*|[^\s"'#][^#]*?):(?:\s|$))/.test(line);
}

function isCode(line: string): boolean {
  return /^\s*[^\s#]/.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, place) => value !== right[place]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
