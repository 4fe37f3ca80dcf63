import { quantile } from "../../bench/report/statistics.js";
import type { CampaignResult } from "../campaign.js";
import type { History } from "../history/history.js";
import { VIOLATION_KINDS, type Violation, type ViolationKind } from "../history/violation.js";

/** What one campaign comes to, as numbers. */
export interface Figures {
  readonly name: string;
  readonly title: string;
  readonly strikes: number;
  readonly seconds: number;
  readonly deployments: number;
  /** How many ended as what. */
  readonly states: Readonly<Record<string, number>>;
  readonly violations: Readonly<Record<ViolationKind, number>>;
  /** Deployments of which any promise was broken. */
  readonly bad: number;
  /** Deployments whose runner was killed: so many must be indeterminate. */
  readonly expectedIndeterminate: number;
  /** Absent where nobody is told. */
  readonly messages?: number;
  /** How often what is said to run was held against the host. */
  readonly samples: number;
  /** Of `/status`. */
  readonly answers: number;
  /** What people did besides, by kind. */
  readonly acts: Readonly<Record<string, number>>;
  /** Of the audit log. Absent where nothing is written down. */
  readonly entries?: number;
  readonly reattached: number;
  /** Milliseconds; absent where nothing was reattached. */
  readonly reattachMs?: { readonly p50: number; readonly p99: number };
  readonly crashes: number;
  readonly hung: boolean;
}

export function figuresOf(named: Pick<Figures, "name" | "title">, result: CampaignResult): Figures {
  const { history, violations, strikes, seconds, crashes, hung } = result;
  const { shipments, messages, killedRunners, samples, reattachments } = history;
  return {
    ...named,
    strikes,
    seconds: Math.round(seconds),
    deployments: shipments.length,
    states: countBy(history.deployments, ({ state }) => state),
    violations: countKinds(violations),
    bad: new Set(violations.map(({ environment, sha }) => `${environment} ${sha}`)).size,
    expectedIndeterminate: killedRunners.length,
    ...(messages && { messages: messages.length }),
    ...(history.audit && { entries: history.audit.entries.length }),
    samples: samples?.length ?? 0,
    answers: samples?.filter(({ status }) => status !== undefined).length ?? 0,
    acts: countBy(history.acts ?? [], ({ action, answer }) => `${action} ${answer}`),
    reattached: reattachments.length,
    ...reattachTimes(history),
    crashes,
    hung: hung !== undefined,
  };
}

/** Whether everything that is promised was kept. */
export function isClean({ violations, crashes, hung }: Figures): boolean {
  return crashes === 0 && !hung && Object.values(violations).every((count) => count === 0);
}

/** Share of bad deployments, 0 to 1. */
export function badShare({ bad, deployments }: Figures): number {
  return deployments === 0 ? 0 : bad / deployments;
}

function countBy<T>(items: readonly T[], nameOf: (item: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of items.map(nameOf)) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function countKinds(violations: readonly Violation[]): Readonly<Record<ViolationKind, number>> {
  const counts = Object.fromEntries(VIOLATION_KINDS.map((kind) => [kind, 0])) as Record<
    ViolationKind,
    number
  >;
  for (const { kind } of violations) counts[kind]++;
  return counts;
}

function reattachTimes({ reattachments }: History): Pick<Figures, "reattachMs"> {
  if (reattachments.length === 0) return {};
  const times = reattachments.map(({ milliseconds }) => Math.round(milliseconds));
  return { reattachMs: { p50: quantile(times, 0.5), p99: quantile(times, 0.99) } };
}
