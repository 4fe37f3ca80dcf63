import type { LockStore } from "../../deployments/lock-store.js";
import type { Target } from "../../deployments/record.js";
import type { Probe } from "../../health/create-prober.js";
import type { HealthHistory } from "../../health/history-store.js";
import type { Blindness } from "../../health/incidents/board.js";
import type { Effect } from "../../health/incidents/effect.js";
import type { Fare } from "../../health/incidents/fare.js";
import type { Incident } from "../../health/incidents/incident.js";
import type { IncidentStore } from "../../health/incidents/incident-store.js";
import type { Watch } from "../../health/incidents/watched.js";
import type { ProbeTurns } from "../../health/probe-turns.js";
import type { AppParts, WorkQueue } from "../ports.js";
import type { ProbeParts } from "../probe-environment.js";

/** Wakes up those who probe and tell. */
export interface MonitorQueue {
  /** Adding the same probe again changes nothing. @param at milliseconds since the epoch */
  addProbe(target: Target, at: number): Promise<void>;
  /** Has the pending effects of one lane performed, soon and in their order. */
  addEffects(lane: string): Promise<void>;
}

/** What became of telling people; `later`: too early for another edit. Milliseconds since the epoch. */
export type Told = { readonly kind: "done" } | { readonly kind: "later"; readonly at: number };

/** How one environment fared, as a summary tells it. */
export interface FaredTarget extends Target, Fare {
  /** From 0 to 1; absent where too little was measured. */
  readonly uptime?: number | undefined;
}

export interface Summary extends Omit<Extract<Effect, { kind: "summary" }>, "kind" | "targets"> {
  readonly environments: readonly FaredTarget[];
}

/** Tells people of incidents. Each may be asked for again after a crash, and is still told once. */
export interface IncidentMessages {
  /** Makes the one message of the incident, or draws it again. @param notified roles that its creation notifies */
  show(incident: Incident, notified: readonly string[]): Promise<Told>;
  call(incident: Incident, call: Pick<Extract<Effect, { kind: "call" }>, "why" | "roles">): Promise<void>;
  recover(incident: Incident, silent: boolean): Promise<Told>;
  summarize(summary: Summary): Promise<void>;
  /** Makes the one message that says that Slipway cannot look, or draws it again. */
  reportBlindness(blindness: Blindness): Promise<Told>;
}

/** What the monitoring works with. */
export interface MonitorParts extends AppParts, ProbeParts {
  readonly watch: Watch;
  readonly incidents: IncidentStore;
  readonly history: HealthHistory;
  readonly turns: ProbeTurns;
  readonly locks: LockStore;
  readonly queues: WorkQueue & MonitorQueue;
  readonly messages: IncidentMessages;
  readonly tools: { readonly probe: Probe; readonly closing: AbortSignal };
}
