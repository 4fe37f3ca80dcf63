import { z } from "zod";
import { Actor } from "./record.js";

/** What a lock covers: one environment, or every environment of a project. */
export interface LockScope {
  readonly project: string;
  /** Absent: every environment of the project. */
  readonly environment?: string;
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
  /** A reminder that it ends soon was posted. */
  reminded: z.boolean().default(false),
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
});
export type ManualFreeze = z.output<typeof ManualFreeze>;
