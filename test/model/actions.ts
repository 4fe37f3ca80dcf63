import type { CiState } from "../../src/deployments/gates.js";
import type { EnvironmentName, ProjectName, Variant } from "./settings.js";
import type { Kill } from "./simulated-process.js";
import type { BranchName } from "./world.js";

/** Somebody: mostly one of those who may, so that sequences get somewhere; else anybody. */
export interface Who {
  readonly able: boolean;
  readonly index: number;
}

/** One of the deployments so far, counted back from the newest. */
export interface Pick {
  readonly among: "open" | "all";
  readonly back: number;
}

export type RefChoice = BranchName | "commit" | "unknown";

interface Place {
  readonly project: ProjectName;
  readonly environment: EnvironmentName;
}

/** What people, GitHub and the queues do. Each may happen together with others. */
export type SimpleAction =
  | ({
      readonly type: "deploy";
      readonly who: Who;
      readonly ref: RefChoice;
      readonly breakGlass: string | undefined;
      readonly again: boolean;
    } & Place)
  | {
      readonly type: "promote";
      readonly who: Who;
      readonly project: ProjectName;
      readonly from: EnvironmentName;
      readonly to: EnvironmentName;
    }
  | ({ readonly type: "rollback"; readonly who: Who; readonly to: Pick | undefined } & Place)
  | { readonly type: "roll-back-button" | "retry"; readonly who: Who; readonly pick: Pick }
  | { readonly type: "refuse" | "cancel"; readonly who: Who; readonly pick: Pick }
  | {
      readonly type: "approve";
      /** The person who asked for it tries. */
      readonly own?: boolean;
      readonly who: Who;
      readonly pick: Pick;
      readonly word: string;
      readonly kill: Kill | undefined;
    }
  | { readonly type: "expire"; readonly pick: Pick }
  | {
      readonly type: "push";
      readonly project: ProjectName;
      readonly branch: BranchName;
      readonly again: boolean;
    }
  | {
      readonly type: "deliver";
      readonly pick: Pick;
      readonly kill: Kill | undefined;
      readonly fault: StepFault | undefined;
      readonly meanwhile: Meanwhile | undefined;
    };

/** What becomes of the step of this number. */
export interface StepFault {
  readonly step: number;
  readonly kind: "exits" | "lost" | "throws";
}

/** What happens in the middle of a run: while the step of this number runs. */
export interface Meanwhile {
  readonly step: number;
  readonly action: SimpleAction | WorldAction;
}

/** What changes the world; never at the same moment as something else, so that the oracle knows what held. */
export type WorldAction =
  | { readonly type: "clock"; readonly minutes: number }
  | { readonly type: "commit"; readonly project: ProjectName; readonly branch: BranchName }
  | {
      readonly type: "ci";
      readonly project: ProjectName;
      readonly branch: BranchName;
      readonly state: CiState;
    }
  | { readonly type: "configure"; readonly change: keyof Variant }
  | { readonly type: "roles"; readonly index: number; readonly bits: number }
  | { readonly type: "faults"; readonly members: boolean; readonly github: boolean }
  | {
      readonly type: "lock" | "freeze";
      readonly who: Who;
      readonly project: ProjectName;
      readonly environment: EnvironmentName | "all";
      readonly minutes: number;
    }
  | {
      readonly type: "unlock" | "unfreeze";
      /** At what is there; else at the place below. */
      readonly aimed: boolean;
      readonly who: Who;
      readonly project: ProjectName;
      readonly environment: EnvironmentName | "all";
    }
  | { readonly type: "tend-locks" }
  | { readonly type: "deliver-all"; readonly fault?: StepFault | undefined }
  /** A commit comes all the way to production, unless something stands in its way. */
  | {
      readonly type: "ship";
      readonly project: ProjectName;
      readonly until: "validated" | "asked" | "approved" | "run";
      /** What happens between the request and its approval, and between the approval and the run. */
      readonly disturbed: readonly [Disturbance | undefined, Disturbance | undefined];
      /** Those who press its buttons all at once, instead of one approver after the other. */
      readonly rush?: Together | undefined;
      /** What becomes of one of the steps on production. */
      readonly fault?: StepFault | undefined;
    };

/** What may make an approval void. */
export type Disturbance = Exclude<WorldAction, { readonly type: "ship" | "deliver-all" }>;

export interface Together {
  readonly type: "together";
  readonly jitter: number;
  readonly actions: readonly SimpleAction[];
}

export type Action = SimpleAction | WorldAction | Together;
