import type { PersonLock } from "./locks.js";

/** Why a request was not taken. Only the message modules put these into words. */
export type Refusal =
  | { readonly code: "unknown-project"; readonly project: string; readonly known: readonly string[] }
  | { readonly code: "unknown-environment"; readonly environment: string; readonly known: readonly string[] }
  | { readonly code: "ambiguous-project"; readonly environment: string; readonly projects: readonly string[] }
  | { readonly code: "locked"; readonly environment: string; readonly lock: PersonLock }
  | {
      readonly code: "frozen";
      readonly environment: string;
      readonly reason: string;
      readonly until: number | undefined;
    }
  | { readonly code: "not-on-source"; readonly source: string; readonly running: string | undefined }
  | {
      readonly code: "not-validated";
      readonly source: string;
      readonly ci: "pending" | "failed" | "missing" | "unknown";
    }
  /** `behindBy` is absent where GitHub cannot compare the commit with the branch. */
  | { readonly code: "outdated"; readonly ref: string; readonly behindBy?: number }
  | { readonly code: "nothing-to-promote"; readonly source: string }
  | { readonly code: "nothing-to-roll-back"; readonly environment: string }
  | { readonly code: "break-glass-reason" }
  | { readonly code: "role-missing"; readonly environment: string; readonly roles: readonly string[] }
  | RefRefusal;

export type RefRefusal =
  | { readonly code: "invalid-ref"; readonly ref: string }
  | {
      readonly code: "unknown-ref";
      readonly ref: string;
      readonly repository: string;
      readonly similar: readonly string[];
    }
  | { readonly code: "ambiguous-ref"; readonly ref: string; readonly candidates: readonly string[] }
  | { readonly code: "github-unavailable"; readonly repository: string };
