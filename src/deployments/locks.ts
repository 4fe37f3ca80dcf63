import { z } from "zod";
import { Actor } from "./record.js";

/** What a lock covers: one environment, or every environment of a project. */
export interface LockScope {
  readonly project: string;
  /** Absent: every environment of the project. */
  readonly environment?: string | undefined;
}

/** Held by a person: nobody else deploys there, except as configured. */
export const PersonLock = z.object({
  project: z.string(),
  environment: z.string().optional(),
  owner: Actor,
  reason: z.string(),
  /** Milliseconds since the epoch. */
  since: z.number(),
  expiresAt: z.number(),
  /** When the owner last gave it a new reason or end. */
  renewedAt: z.number().optional(),
  /** A reminder that it ends soon was posted. */
  reminded: z.boolean().default(false),
  /** Something is stored that this version cannot read: locked for everybody until `/unlock`. */
  unreadable: z.literal(true).optional(),
});
export type PersonLock = z.output<typeof PersonLock>;

/** "Stop the line": nothing but rollbacks is deployed until a person ends it. */
export const ManualFreeze = z.object({
  project: z.string(),
  environment: z.string().optional(),
  by: Actor,
  reason: z.string(),
  since: z.number(),
  /** Absent: until somebody ends it. */
  expiresAt: z.number().optional(),
  /** Something is stored that this version cannot read: frozen until `/unfreeze`. */
  unreadable: z.literal(true).optional(),
});
export type ManualFreeze = z.output<typeof ManualFreeze>;

/** A rollback by a person keeps everything else out of the environment for so long. Milliseconds. */
export const LOCK_AFTER_ROLLBACK_MS = 24 * 3600 * 1000;

/** The reason of that lock, which also says whose lock it is. */
export function rollbackLockReason(number: number): string {
  return `rollback #${number}`;
}
