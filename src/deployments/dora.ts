import type { DeploymentRecord, Target } from "./record.js";

/** An environment that was down, from the first confirmed failure to recovery. Milliseconds since the epoch. */
export interface Incident {
  readonly target: Target;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Of that, the time in which nobody watched. */
  readonly unwatchedMs?: number;
}

/** The four DORA measures of one environment in one month. What there is nothing to measure by is left out. */
export interface MonthFigures {
  /** `2026-03`, by the clocks of the time zone that was asked for. */
  readonly month: string;
  /** Deployments and promotions that succeeded; rollbacks do not count. */
  readonly deployments: number;
  /** Median of commit to running, in milliseconds. */
  readonly leadTimeMs?: number;
  /** From 0 to 1. */
  readonly changeFailureRate?: number;
  /** Median, in milliseconds. */
  readonly timeToRestoreMs?: number;
}

export interface DoraFacts {
  /** Of one environment, in any order. */
  readonly records: readonly DeploymentRecord[];
  /** Of the same environment. */
  readonly incidents: readonly Incident[];
  /** Whether health checks say when it is down. Where they do, a deployment that failed is no outage by itself. */
  readonly watched: boolean;
}

export interface DoraPeriod {
  /** Milliseconds since the epoch: in the last month. */
  readonly now: number;
  readonly months: number;
  /** IANA name: where a month begins. */
  readonly timeZone: string;
  /** An incident that begins so soon after a deployment counts as its failure. Milliseconds. */
  readonly bakeMs: number;
}

/** The months up to now, the oldest first; how each measure is defined stands in docs/stats.md. */
export function doraFigures(facts: DoraFacts, period: DoraPeriod): readonly MonthFigures[] {
  const monthOf = monthIn(period.timeZone);
  const ended = facts.records.filter(hasEnded).sort((a, b) => a.finishedAt - b.finishedAt);
  const changes = ended.filter(({ kind }) => kind !== "rollback");
  const deployed = changes.filter(({ state }) => state === "succeeded");
  const taken = takenBack(ended);
  const failed = (record: Ended) =>
    record.state !== "succeeded" ||
    taken.has(record.number) ||
    brokeWithinBake(record, ended, facts.incidents, period);
  const leads = leadTimes(deployed);
  const outages = mergedOutages([...outagesOf(ended, facts.watched), ...facts.incidents]);

  return lastMonths(monthOf(period.now), period.months).map((month): MonthFigures => {
    const inMonth = (at: number) => monthOf(at) === month;
    const mine = changes.filter(({ finishedAt }) => inMonth(finishedAt));
    const leadTimeMs = median(leads.filter(({ at }) => inMonth(at)).map(({ took }) => took));
    const restored = outages.filter(({ end }) => end !== undefined && inMonth(end));
    const timeToRestoreMs = median(
      restored.map(({ start, end = start, unwatched }) => end - start - unwatched),
    );
    return {
      month,
      deployments: mine.filter(({ state }) => state === "succeeded").length,
      ...(leadTimeMs !== undefined && { leadTimeMs }),
      ...(mine.length > 0 && { changeFailureRate: mine.filter(failed).length / mine.length }),
      ...(timeToRestoreMs !== undefined && { timeToRestoreMs }),
    };
  });
}

type Ended = DeploymentRecord & { readonly startedAt: number; readonly finishedAt: number };

/** No later than the first of these months begins, wherever that is. Milliseconds since the epoch. */
export function beginOfMonths({ now, months, timeZone }: Omit<DoraPeriod, "bakeMs">): number {
  const [first = ""] = lastMonths(monthIn(timeZone)(now), months);
  return Date.parse(`${first}-01T00:00+14:00`);
}

/** What ran and came to an end of its own: what was cancelled, replaced or never began says nothing about a change. */
function hasEnded(record: DeploymentRecord): record is Ended {
  const { state, startedAt, finishedAt } = record;
  const final = state === "succeeded" || state === "failed" || state === "indeterminate";
  return final && startedAt !== undefined && finishedAt !== undefined;
}

/** The numbers of the deployments that a rollback took back. */
function takenBack(ended: readonly Ended[]): ReadonlySet<number> {
  const rollbacks = ended.filter(({ kind, state }) => kind === "rollback" && state === "succeeded");
  return new Set(rollbacks.flatMap(({ rollbackOf }) => (rollbackOf === undefined ? [] : [rollbackOf])));
}

/** An incident counts against what ran when it began, so only until the next deployment ends. */
function brokeWithinBake(
  { finishedAt }: Ended,
  ended: readonly Ended[],
  incidents: readonly Incident[],
  { bakeMs }: DoraPeriod,
): boolean {
  const next = ended.find((other) => other.finishedAt > finishedAt)?.finishedAt ?? Number.POSITIVE_INFINITY;
  const until = Math.min(finishedAt + bakeMs, next);
  return incidents.some(({ startedAt }) => startedAt >= finishedAt && startedAt < until);
}

/** Only the first time that a commit comes to the environment: later ones are repetitions, not deliveries. */
function leadTimes(deployed: readonly Ended[]): readonly { readonly at: number; readonly took: number }[] {
  const seen = new Set<string>();
  return deployed.flatMap(({ release: { sha, committedAt }, finishedAt }) => {
    if (seen.has(sha)) return [];
    seen.add(sha);
    // The committer's clock may be ahead of ours.
    return committedAt === undefined ? [] : [{ at: finishedAt, took: Math.max(0, finishedAt - committedAt) }];
  });
}

interface Outage {
  readonly start: number;
  /** Absent while it lasts. */
  readonly end: number | undefined;
  /** Milliseconds of it in which nobody watched: nobody knows whether it was down. */
  readonly unwatched: number;
}

/**
 * Where nothing else tells, a failed deployment is an outage until the next one that succeeds. Without such a one nobody
 * knows whether it ever was: it must not swallow the outages after it. What was taken back is one from the moment that
 * somebody asked for the rollback.
 */
function outagesOf(ended: readonly Ended[], watched: boolean): readonly Outage[] {
  return ended.flatMap((record, index): Outage[] => {
    const { kind, state, rollbackOf, createdAt, finishedAt } = record;
    if (state !== "succeeded") {
      const end = watched ? undefined : ended.slice(index).find(succeeded)?.finishedAt;
      return end === undefined ? [] : [{ start: finishedAt, end, unwatched: 0 }];
    }
    const tookBack = kind === "rollback" && rollbackOf !== undefined;
    return tookBack ? [{ start: createdAt, end: finishedAt, unwatched: 0 }] : [];
  });
}

function succeeded({ state }: DeploymentRecord): boolean {
  return state === "succeeded";
}

/** Outages that overlap are one: a failed deployment, its retries and the incident that they caused. */
function mergedOutages(all: readonly (Outage | Incident)[]): readonly Outage[] {
  const sorted = all
    .map((each) => ("start" in each ? each : outageIn(each)))
    .sort((a, b) => a.start - b.start);
  const merged: Outage[] = [];
  for (const outage of sorted) {
    const last = merged.at(-1);
    if (last === undefined || (last.end !== undefined && last.end < outage.start)) merged.push(outage);
    else {
      const unwatched = last.unwatched + outage.unwatched;
      merged[merged.length - 1] = { start: last.start, end: later(last.end, outage.end), unwatched };
    }
  }
  return merged;
}

function outageIn({ startedAt, endedAt, unwatchedMs = 0 }: Incident): Outage {
  return { start: startedAt, end: endedAt, unwatched: unwatchedMs };
}

function later(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}

/** Of an even number, the mean of the two in the middle. */
function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** `2026-03`, as the calendar there has it. */
export function monthIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit" });
  const known = new Map<number, string>();
  return (at) => {
    const before = known.get(at);
    if (before !== undefined) return before;
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const month = `${parts.get("year")}-${parts.get("month")}`;
    known.set(at, month);
    return month;
  };
}

function lastMonths(newest: string, count: number): readonly string[] {
  const [year = 0, month = 1] = newest.split("-").map(Number);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - count + index, 1)).toISOString().slice(0, "2026-03".length),
  );
}
