/** Why a request was not taken. Only the message modules put these into words. */
export type Refusal =
  | { readonly code: "unknown-project"; readonly project: string; readonly known: readonly string[] }
  | { readonly code: "unknown-environment"; readonly environment: string; readonly known: readonly string[] }
  | { readonly code: "ambiguous-project"; readonly environment: string; readonly projects: readonly string[] }
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
