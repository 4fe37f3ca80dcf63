import type { GitHubTrouble } from "./github-trouble.js";
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
  | {
      readonly code: "not-on-source";
      readonly source: string;
      /** The validated release that runs there. */
      readonly running: string | undefined;
      /** Why none does. */
      readonly why?: SourceFault;
    }
  | {
      readonly code: "not-validated";
      readonly source: string;
      readonly ci: "pending" | "failed" | "missing" | "unknown" | GitHubTrouble["kind"];
    }
  /** `behindBy` is absent where GitHub cannot compare the commit with the branch. */
  | { readonly code: "outdated"; readonly ref: string; readonly behindBy?: number }
  | { readonly code: "nothing-to-promote"; readonly source: string; readonly why: SourceFault }
  | { readonly code: "nothing-to-roll-back"; readonly environment: string }
  | { readonly code: "break-glass-reason" }
  | {
      readonly code: "role-missing";
      readonly environment: string;
      readonly roles: readonly string[];
      /** Of all environments: those in which the person has none of the roles. */
      readonly missing?: readonly string[];
    }
  | RefRefusal;

/**
 * Why an environment has no release that may go on to the next one. `adopted`: what runs there was not deployed by
 * Slipway. `not-succeeded`: its deployment did not succeed. `changing`: a deployment runs there.
 */
export type SourceFault = "nothing" | "unknown" | "mixed" | "adopted" | "not-succeeded" | "changing";

export type RefRefusal =
  | { readonly code: "invalid-ref"; readonly ref: string }
  | {
      readonly code: "unknown-ref";
      readonly ref: string;
      readonly repository: string;
      readonly similar: readonly string[];
    }
  | { readonly code: "ambiguous-ref"; readonly ref: string; readonly candidates: readonly string[] }
  | {
      readonly code: "github-unavailable";
      readonly repository: string;
      /** Absent where GitHub did not answer at all. */
      readonly why?: GitHubTrouble;
    };
