import { z } from "zod";
import { visible } from "../../visible-text.js";
import type { EndedRun, RunStatus } from "./run-status.js";

/** One thing that the runner on the host says. */
export type RunnerWord =
  | { readonly word: PlainWord }
  /** What does not follow the protocol; `said` quotes it, cleaned and shortened. */
  | { readonly word: "unclear"; readonly said: string }
  | { readonly word: "fenced"; readonly token: number }
  /** It cannot or will not do what was asked, and has not done it. */
  | { readonly word: "refused"; readonly reason: string }
  /** No free block or inode in this folder; nothing was done. */
  | { readonly word: "full"; readonly folder: string }
  | { readonly word: "lacks"; readonly programs: readonly string[] }
  | { readonly word: "status"; readonly status: Extract<RunStatus, { kind: "running" }> }
  | { readonly word: "end"; readonly status: EndedRun };

const PlainWord = z.enum([
  "claimed",
  "exists",
  "absent",
  "missing",
  "incomplete",
  "busy",
  /** The file with the fencing token holds something else. */
  "spoiled",
  "raised",
  "cleaned",
  "swept",
  "installed",
  "cut",
  "fit",
]);
type PlainWord = z.output<typeof PlainWord>;

/** Up to 16 digits, and below 2^53: a longer number would become another one, or infinity. */
const Count = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .pipe(z.int());
const ExitCode = Count.pipe(z.int().max(255));
const Seconds = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})?$/)
  .transform(Number);
const Program = z.string().regex(/^[\w.()-]{1,60}$/);
const Programs = z.array(Program).min(1).max(50);
const Text = z
  .string()
  .transform((text) => quoteOf(text))
  .pipe(z.string().min(1));
const End = z.union([
  z.tuple([z.literal("exited"), ExitCode, Seconds, Count]),
  z.tuple([z.literal("unstarted"), ExitCode, Seconds, Count]),
  z.tuple([z.literal("unchanged"), ExitCode, Seconds, Count]),
  z.tuple([z.literal("timed-out"), ExitCode, Seconds, Count]),
  z.tuple([z.literal("cancelled"), ExitCode, Seconds, Count]),
  z.tuple([z.literal("dead"), z.literal("-"), z.literal("-"), Count]),
]);

const LONGEST_QUOTE = 200;

/** Parses one line of the runner. Whatever a host sends becomes a word with safe values, at worst `unclear`. */
export function parseRunnerWord(line: string): RunnerWord {
  return parse(line.trim().split(" ")) ?? { word: "unclear", said: quoteOf(line) };
}

/** A host's text, fit for logs and for people: one line without control characters, not too long. */
export function quoteOf(text: string): string {
  const line = visible(text.slice(0, 4 * LONGEST_QUOTE))
    .replace(/\s+/g, " ")
    .trim();
  return [...line].slice(0, LONGEST_QUOTE).join("");
}

function parse([first = "", ...rest]: readonly string[]): RunnerWord | undefined {
  switch (first) {
    case "refused":
      return withValue(Text, rest.join(" "), (reason) => ({ word: "refused", reason }));
    case "full":
      return withValue(Text, rest.join(" "), (folder) => ({ word: "full", folder }));
    case "lacks":
      return withValue(Programs, rest, (programs) => ({ word: "lacks", programs }));
    case "end":
      return withValue(End, rest, endOf);
    case "fenced":
      return withValue(z.tuple([Count]), rest, ([token]) => ({ word: "fenced", token }));
    case "running":
      return withValue(z.tuple([Count]), rest, ([logBytes]) => ({
        word: "status",
        status: { kind: "running", logBytes },
      }));
  }
  return rest.length > 0 ? undefined : withValue(PlainWord, first, (word) => ({ word }));
}

function withValue<T>(
  schema: z.ZodType<T>,
  value: unknown,
  make: (parsed: T) => RunnerWord,
): RunnerWord | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? make(parsed.data) : undefined;
}

function endOf([kind, code, limit, logBytes]: z.output<typeof End>): RunnerWord {
  switch (kind) {
    case "exited":
    case "unstarted":
    case "unchanged":
      return { word: "end", status: { kind, code, logBytes } };
    case "timed-out":
      return { word: "end", status: { kind, afterSeconds: limit, logBytes } };
    case "cancelled":
    case "dead":
      return { word: "end", status: { kind, logBytes } };
  }
}
