import type { HealthCheck } from "../config/health-checks.js";
import type { SecretReference } from "../config/secret-reference.js";
import type { StepEffect, StepTitle } from "../deployments/record.js";

interface StepBase {
  /** Unique in its plan, stable for the same configuration. */
  readonly id: string;
  readonly title: StepTitle;
}

/** One command on one host. */
export interface CommandStep extends StepBase {
  readonly kind: "command";
  readonly host: string;
  readonly argv: readonly [string, ...string[]];
  /** Absolute path on the host. */
  readonly directory?: string;
  readonly timeoutSeconds: number;
  /** Where the secrets come from that its environment holds, by the name of the variable; never a value. */
  readonly secrets?: Readonly<Record<string, SecretReference>>;
  readonly effect?: StepEffect;
  /** It prints `HEAD is SHA`. */
  readonly readsCheckout?: true;
  /** It is given one more word: the commit that runs there, or an empty one where that is not known. */
  readonly savesRollbackPoint?: true;
}

/** A health check that Slipway itself makes. */
export interface HealthStep extends StepBase {
  readonly kind: "health";
  readonly check: HealthCheck;
}

export type Step = CommandStep | HealthStep;

/** What a strategy makes for one deployment: plain data, tested by equality. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Run, for their output alone, when a step failed. */
  readonly diagnostics: readonly CommandStep[];
}
