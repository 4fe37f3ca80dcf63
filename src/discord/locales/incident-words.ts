import type { FailedBake, Member } from "../../health/incidents/incident.js";

/** What became of a press; the one who acknowledged before is ready to be shown. */
export interface IncidentReplies {
  readonly acknowledged: string;
  readonly snoozed: (until: string) => string;
  readonly over: string;
  readonly notResponsible: (roles: string) => string;
  readonly acknowledgedAlready: (by: string) => string;
  readonly severalEnvironments: string;
}

/** What can be pressed under the message of an incident. */
export type IncidentAction = "acknowledge" | "snooze" | "rollback" | "logs";

/** How an incident stands as a whole. */
export type IncidentState = Member["state"];

/** A span of time in its two largest units. */
export type SpanUnit = "day" | "hour" | "minute" | "second";

/**
 * What is said about incidents, in one language. Arguments are ready to be shown: mentions, times, names and reasons
 * that the caller has cleaned.
 */
export interface IncidentWords {
  /** The words of the headline, without its emoji. */
  readonly headline: Readonly<Record<IncidentState, (where: string) => string>>;
  readonly environments: (count: number) => string;
  readonly onHost: (host: string) => string;
  readonly recovered: (where: string, span: string) => string;
  /** A downtime of which nobody watched a part. */
  readonly atMost: (span: string) => string;
  readonly unwatched: (span: string) => string;
  readonly since: Readonly<Record<IncidentState, (at: string) => string>>;
  readonly lastGood: (at: string) => string;
  readonly neverGood: string;
  /** Instead of a reason that this version does not know. */
  readonly unknownReason: string;
  /** `failed`: where there is no release to offer. */
  readonly failedBake: Readonly<Record<FailedBake["action"] | "failed", string>>;
  readonly acknowledged: (by: string, at: string) => string;
  readonly snoozed: (by: string, until: string) => string;
  readonly fields: Readonly<
    Record<"deployed" | "host" | "downtime" | "from" | "until" | "environments" | "acknowledged", string>
  >;
  /** `1a2b3c · Sell more shoes`, when, and by whom. */
  readonly deployed: (release: string, at: string, by: string) => string;
  /** Why roles are called after the alert, with the incident's headline. */
  readonly call: Readonly<Record<"joined" | "unacknowledged", (headline: string, since: string) => string>>;
  readonly button: Readonly<Record<IncidentAction, string>>;
  readonly reply: IncidentReplies;
  /** `2 d 3 h`, `4 min 05 s`. */
  readonly unit: Readonly<Record<SpanUnit, string>>;
  readonly more: (count: number) => string;
  /** Slipway itself cannot look. */
  readonly blind: {
    readonly headline: string;
    readonly headlineOver: (span: string) => string;
    readonly unheard: (since: string) => string;
    readonly refused: (since: string) => string;
    readonly call: (since: string) => string;
    readonly over: (since: string, until: string) => string;
    readonly unknown: (environments: number) => string;
    readonly code: (code: string) => string;
  };
  readonly summary: {
    readonly headline: Readonly<Record<"daily" | "weekly", string>>;
    readonly allWell: string;
    readonly uptime: (percent: string) => string;
    readonly unknownUptime: string;
    readonly incidents: (count: number, span: string) => string;
    readonly down: string;
    readonly wasDown: string;
  };
}
