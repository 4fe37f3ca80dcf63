import type { EnvironmentConfig } from "../../config/schema.js";
import type { QueuePlace } from "../../deployments/forecast.js";
import type { CiState } from "../../deployments/gates.js";
import type { LogState } from "../../deployments/log-store.js";
import type { DeploymentRecord, DeploymentState, StepTitle } from "../../deployments/record.js";
import type { Sha } from "../../deployments/release.js";
import type { WhatRuns } from "../../deployments/what-runs.js";
import type { ButtonAction } from "../locales/action-words.js";

/** Another environment of the project. */
export interface Neighbour {
  readonly environment: string;
  /** What runs there on every host, for certain. */
  readonly sha: Sha | undefined;
  /** @defaultValue `release` where there is a commit, else `nothing` */
  readonly runs?: WhatRuns["kind"];
  /** How the newest deployment there stands. */
  readonly state: DeploymentState | undefined;
}

/** The custom_ids of the buttons that the message shall have. */
export type ButtonIds = Readonly<Partial<Record<ButtonAction, string>>>;

/** What the message of a deployment is made of. */
export interface DeploymentView {
  readonly record: DeploymentRecord;
  /** While it waits. */
  readonly place?: QueuePlace | undefined;
  /** Absent when the configuration does not have the environment any more. */
  readonly environment?: EnvironmentConfig | undefined;
  readonly buttons?: ButtonIds;
  /** False where a rollback could only be refused: there is no earlier release. */
  readonly canRollBack?: boolean | undefined;
  /** Until when the lock holds that this rollback set. Milliseconds since the epoch. */
  readonly lockedUntil?: number | undefined;
  /** What is only looked up while it waits for its approval. */
  readonly outlook?: ApprovalOutlook | undefined;
  /** Of the log that is attached once the deployment has failed. */
  readonly log?: LogState | "refused" | undefined;
}

/** What people look at before they approve, besides the record. */
export interface ApprovalOutlook {
  /** What runs there now, which may be something else than when the deployment was asked for. */
  readonly current: Sha | undefined;
  /** How sure that is. @defaultValue `release` where there is a commit, else `nothing` */
  readonly runs?: WhatRuns["kind"];
  /** What CI says of the release, and when it was asked (milliseconds since the epoch). */
  readonly ci?: { readonly state: CiState | "ignored"; readonly at: number };
  readonly neighbours: readonly Neighbour[];
  /** The steps that would run. */
  readonly plan: readonly { readonly title: StepTitle }[];
  /** The release was taken back here before. */
  readonly markedBad: boolean;
}
