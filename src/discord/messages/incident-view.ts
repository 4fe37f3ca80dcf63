import type { Target } from "../../deployments/record.js";
import type { Incident } from "../../health/incidents/incident.js";
import type { IncidentAction } from "../locales/incident-words.js";
import type { RunningView } from "./running-lines.js";

/** The custom_ids of the buttons that the message shall have. */
export type IncidentButtonIds = Readonly<Partial<Record<IncidentAction, string>>>;

/** What runs on one environment. */
export interface RunsThere extends Target, RunningView {
  /** There is an earlier release to restore. */
  readonly canRollBack: boolean;
}

/** What the message of an incident is made of. */
export interface IncidentView {
  readonly incident: Incident;
  /** What runs on the one environment that the message is about, or that is still down. */
  readonly runs: readonly RunsThere[];
  readonly buttons?: IncidentButtonIds;
}

/** How one environment fared. */
export interface FaredEnvironment extends Target {
  /** From 0 to 1; absent where too little was measured. */
  readonly uptime?: number | undefined;
  readonly incidents: number;
  readonly downtimeMs: number;
  readonly isDown: boolean;
  /** It was down when it was last looked at, and nobody has looked since. */
  readonly isUnknown?: true;
}

/** What a summary is made of. */
export interface SummaryView {
  readonly period: "daily" | "weekly";
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly environments: readonly FaredEnvironment[];
}
