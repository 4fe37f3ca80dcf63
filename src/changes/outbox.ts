import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { AuditEntry } from "../audit/audit-trail.js";
import { NewEntry } from "../audit/kept-entry.js";

/** A list of what the audit log has yet to take, the oldest first. */
export const OUTBOX = "slipway:audit:outbox";

/** A reason, a ref or a message that somebody made endless must not fill the memory. In UTF-16 units. */
const DETAIL_LENGTH = 500;

/** An entry before it has its place in the chain, with every field that it was written with, also by a later version. */
const Pending = z.looseObject({ id: z.string(), at: z.int() });
type Pending = z.output<typeof Pending>;

/** An entry as it waits. @throws ZodError for what JSON cannot say */
export function pendingEntry(entry: AuditEntry, at: number): string {
  const id = randomBytes(16).toString("hex");
  return JSON.stringify({ ...withShortDetails(NewEntry.parse(entry)), id, at });
}

/** @returns undefined for what no version of Slipway has written */
export function readPending(text: string): Pending | undefined {
  const [, number = "", json = ""] = /^(\d*)(\{.*)$/s.exec(text) ?? [];
  try {
    const entry = Pending.parse(JSON.parse(json));
    return number === "" ? entry : { ...entry, deployment: Number(number) };
  } catch {
    return undefined;
  }
}

function withShortDetails(entry: AuditEntry): AuditEntry {
  if (entry.details === undefined) return entry;
  const short = Object.entries(entry.details).map(([name, value]) => [
    name,
    typeof value === "string" && value.length > DETAIL_LENGTH
      ? `${value.slice(0, DETAIL_LENGTH - 1)}…`
      : value,
  ]);
  return { ...entry, details: Object.fromEntries(short) };
}
