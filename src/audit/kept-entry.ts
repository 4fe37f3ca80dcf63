import { z } from "zod";
import type { AuditAction, AuditEntry } from "./audit-trail.js";

/** An entry as it is kept. */
export interface KeptEntry extends AuditEntry {
  /** 1 is the first. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** 32 random hexadecimal digits: two entries that say the same at the same moment are still two. */
  readonly id: string;
  /** SHA-256 over the previous entry's hash and this entry, in hexadecimal. */
  readonly hash: string;
}

const ACTIONS = {
  request: true,
  refusal: true,
  approval: true,
  "approval-refused": true,
  void: true,
  expired: true,
  cancel: true,
  superseded: true,
  started: true,
  step: true,
  ended: true,
  lock: true,
  unlock: true,
  "lock-expired": true,
  freeze: true,
  unfreeze: true,
  "break-glass": true,
  resumed: true,
  stop: true,
  "marked-failed": true,
  "run-again": true,
  acknowledge: true,
  snooze: true,
  logs: true,
} as const satisfies Record<AuditAction, true>;

const Actor = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("person"), userId: z.string(), userName: z.string() }),
  z.object({ kind: z.literal("github"), login: z.string() }),
  z.object({ kind: z.literal("slipway") }),
]);

const fields = {
  action: z.enum(Object.keys(ACTIONS) as AuditAction[]),
  actor: Actor,
  source: z.enum(["discord", "github", "schedule", "worker", "cli"]),
  target: z.object({ project: z.string(), environment: z.string() }).exactOptional(),
  deployment: z.int().exactOptional(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
};

/** Takes what may be written: values that JSON can say, and only the fields of an entry. */
export const NewEntry: z.ZodType<AuditEntry> = z.object(fields);

/** Reads what was kept. */
export const KeptEntry: z.ZodType<KeptEntry> = z.object({
  ...fields,
  sequence: z.int().positive(),
  at: z.int(),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
