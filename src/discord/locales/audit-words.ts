import type { AuditPurpose } from "../../audit/audit-roles.js";
import type { AuditAction, AuditEntry } from "../../audit/audit-trail.js";

/** The words of `/audit`. */
export interface AuditWords {
  readonly title: string;
  readonly none: string;
  /** @param who a mention or a name */
  readonly action: Readonly<Record<AuditAction, (who: string) => string>>;
  readonly source: Readonly<Record<AuditEntry["source"], string>>;
  /** Names of details; one that is not here is shown as it is. */
  readonly detail: Readonly<Record<string, string>>;
  /** @param total with the ends of steps */
  readonly shown: (shown: number, total: number) => string;
  /** @param before the number of the oldest entry on this page */
  readonly older: (before: number) => string;
  readonly withoutSteps: string;
  /** Entries that have no place in the log yet. */
  readonly waiting: (count: number) => string;
  readonly unreadable: (count: number) => string;
  readonly exported: Readonly<Record<"complete" | "newest", string>>;
  readonly refusal: Readonly<Record<AuditPurpose, (roles: string) => string>>;
  /** The configuration names no role that approves. */
  readonly nobodyExports: string;
}
