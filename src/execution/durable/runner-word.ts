import { z } from "zod";
import type { EndedRun, RunStatus } from "./run-status.js";

/** One thing that the runner on the host says. */
export type RunnerWord =
  | { readonly word: "claimed" | "exists" | "absent" | "missing" | "incomplete" | "busy" | "unclear" }
  | { readonly word: "fenced"; readonly token: number }
  | { readonly word: "refused"; readonly reason: string }
  | { readonly word: "lacks"; readonly programs: readonly string[] }
  | { readonly word: "status"; readonly status: Extract<RunStatus, { kind: "running" }> }
  | { readonly word: "end"; readonly status: EndedRun }
  | { readonly word: "raised" | "cleaned" | "swept" | "installed" | "cut" | "fit" };

const Plain = z.enum([
  "claimed",
  "exists",
  "absent",
  "missing",
  "incomplete",
  "busy",
  "raised",
  "cleaned",
  "swept",
  "installed",
  "cut",
  "fit",
]);
const Count = z.string().regex(/^\d+$/).transform(Number);
const Seconds = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number);
const End = z.union([
  z.tuple([z.literal("exited"), Count, Seconds, Count]),
  z.tuple([z.literal("timed-out"), Count, Seconds, Count]),
  z.tuple([z.literal("cancelled"), Count, Seconds, Count]),
  z.tuple([z.literal("dead"), z.literal("-"), z.literal("-"), Count]),
]);

/** What does not follow the protocol is `unclear`: the caller asks again. */
export function parseRunnerWord(line: string): RunnerWord {
  const [first = "", ...rest] = line.trim().split(" ");
  const plain = Plain.safeParse(first);
  if (plain.success) return { word: plain.data };
  switch (first) {
    case "refused":
      return { word: "refused", reason: rest.join(" ") };
    case "lacks":
      return { word: "lacks", programs: rest };
    case "end":
      return parseEnd(rest);
  }
  const count = Count.safeParse(rest[0]);
  if (!count.success) return UNCLEAR;
  if (first === "fenced") return { word: "fenced", token: count.data };
  if (first === "running") return { word: "status", status: { kind: "running", logBytes: count.data } };
  return UNCLEAR;
}

function parseEnd(words: readonly string[]): RunnerWord {
  const end = End.safeParse(words);
  if (!end.success) return UNCLEAR;
  const [kind, code, limit, logBytes] = end.data;
  switch (kind) {
    case "exited":
      return { word: "end", status: { kind, code, logBytes } };
    case "timed-out":
      return { word: "end", status: { kind, afterSeconds: limit, logBytes } };
    case "cancelled":
    case "dead":
      return { word: "end", status: { kind, logBytes } };
  }
}

const UNCLEAR: RunnerWord = { word: "unclear" };
