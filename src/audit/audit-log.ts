import type { AuditEntry } from "./audit-trail.js";

/** An entry as it is kept. */
export interface KeptEntry extends AuditEntry {
  /** 1 is the first. */
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** SHA-256 over the previous entry's hash and this entry, in hexadecimal. */
  readonly hash: string;
}

export interface AuditQuery {
  readonly project?: string;
  readonly environment?: string;
  readonly count: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly KeptEntry[];
  readonly total: number;
}
