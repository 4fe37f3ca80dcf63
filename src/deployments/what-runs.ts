import type { Sha } from "./release.js";
import type { DeploymentRef, HostEntry, RunningApplication, RunningRelease } from "./running.js";
import { certainOf, headOf, lastCertain } from "./running.js";
import type { StoredHost } from "./running-store.js";

/** Whether the host was asked for HEAD of its checkout just now. */
export type HostReading =
  | { readonly kind: "not-asked" }
  | { readonly kind: "read"; readonly at: number }
  /** It was asked, and did not answer in time, or not with something that can be believed. */
  | { readonly kind: "no-answer" };

/** What runs on one host. */
export interface HostRunning {
  readonly host: string;
  /** As far as it may be relied on: `unknown` where the checkout was moved by hand, or the entry cannot be read. */
  readonly application: RunningApplication;
  /** HEAD of the checkout, where it is known: it may differ from what runs. */
  readonly head: Sha | undefined;
  /** Somebody moved the checkout by hand. */
  readonly drift: { readonly head: Sha; readonly since: number } | undefined;
  /** Release 0: what ran before the first deployment. */
  readonly adopted: { readonly release: RunningRelease; readonly at: number } | undefined;
  /** Nothing is stored of this host: no deployment changed it, and it was not read. */
  readonly unrecorded: boolean;
  /** What is stored of this host cannot be read. */
  readonly unreadable: boolean;
  readonly reading: HostReading;
}

/** What runs in an environment, taken together. */
export type WhatRuns =
  /** The same on every host, for certain. */
  | {
      readonly kind: "release";
      readonly release: RunningRelease;
      /** Since the last host has it. Milliseconds since the epoch. */
      readonly since: number;
      /** Absent for release 0, and where hosts got it through different deployments. */
      readonly deployment: DeploymentRef | undefined;
      /** Release 0 on every host: read, not deployed. */
      readonly adopted: boolean;
    }
  /** Known on every host, and not the same. */
  | { readonly kind: "mixed"; readonly releases: readonly RunningRelease[] }
  /** Not known on at least one host. `last` is the last release that ran for certain somewhere. */
  | { readonly kind: "unknown"; readonly last: RunningRelease | undefined }
  | { readonly kind: "nothing" };

/** What runs in one environment: host by host, and taken together. */
export interface EnvironmentRunning {
  /** In the order of the configuration. */
  readonly hosts: readonly HostRunning[];
  readonly summary: WhatRuns;
}

export function hostRunning(
  host: string,
  stored: StoredHost | undefined,
  reading: HostReading = { kind: "not-asked" },
): HostRunning {
  if (stored?.kind !== "known") {
    const application = { kind: "unknown", since: 0 } as const;
    const nothing = { head: undefined, drift: undefined, adopted: undefined };
    const unrecorded = stored === undefined;
    return { host, application, ...nothing, unrecorded, unreadable: !unrecorded, reading };
  }
  const { entry } = stored;
  const { drift, adopted } = entry;
  const application = certainOf(entry);
  const readable = { unrecorded: false, unreadable: false };
  return { host, application, head: headOf(entry), drift, adopted, ...readable, reading };
}

export function environmentRunning(hosts: readonly HostRunning[]): EnvironmentRunning {
  return { hosts, summary: summarize(hosts) };
}

function summarize(hosts: readonly HostRunning[]): WhatRuns {
  const applications = hosts.map(({ application }) => application);
  const certain = applications.flatMap((each) => (each.kind === "release" ? [each] : []));
  const [first] = certain;
  if (first === undefined && applications.every(({ kind }) => kind === "nothing")) return { kind: "nothing" };
  const isCertain = applications.every(({ kind }) => kind === "release" || kind === "nothing");
  if (first === undefined || !isCertain) {
    return { kind: "unknown", last: applications.map(lastCertain).find((release) => release !== undefined) };
  }
  const releases = distinct(certain.map(({ release }) => release));
  // A host without a checkout beside one that runs something.
  if (releases.length > 1 || certain.length < applications.length) return { kind: "mixed", releases };
  const through = new Set(certain.map(({ deployment }) => deployment?.id));
  return {
    kind: "release",
    release: first.release,
    since: Math.max(...certain.map(({ since }) => since)),
    deployment: through.size === 1 ? first.deployment : undefined,
    adopted: certain.every(({ source }) => source === "host"),
  };
}

/** Each release once, in order. */
function distinct(releases: readonly RunningRelease[]): readonly RunningRelease[] {
  return [...new Map(releases.map((release) => [release.sha, release])).values()];
}

/**
 * The commit that changes are counted from: what runs, else what ran last for certain, else HEAD of a checkout.
 * Where hosts differ, that of the first one. Undefined where nothing runs, or nothing is known.
 */
export function comparisonBase({ hosts, summary }: EnvironmentRunning): Sha | undefined {
  switch (summary.kind) {
    case "release":
      return summary.release.sha;
    case "mixed":
      return summary.releases[0]?.sha;
    case "unknown":
      return summary.last?.sha ?? hosts.find(({ head }) => head !== undefined)?.head;
    case "nothing":
      return undefined;
  }
}

/** Release 0: what ran before Slipway's first deployment; undefined where that differed between hosts, or was not read. */
export function adoptedRelease({
  hosts,
}: EnvironmentRunning): { readonly release: RunningRelease; readonly at: number } | undefined {
  const [first, ...others] = hosts.map(({ adopted }) => adopted);
  return others.every((other) => other?.release.sha === first?.release.sha) ? first : undefined;
}

/** Whether the release runs on every host for certain, from a checkout that has it. */
export function isFullyOn({ hosts, summary }: EnvironmentRunning, sha: Sha): boolean {
  if (summary.kind !== "release" || summary.release.sha !== sha) return false;
  return hosts.every(({ head }) => head === undefined || head === sha);
}

/** A host of which nothing is known yet: reading it tells what runs there. */
export function isBlank(stored: StoredHost | undefined): boolean {
  return stored === undefined || (stored.kind === "known" && isBlankEntry(stored.entry));
}

function isBlankEntry({ application, files }: HostEntry): boolean {
  return application.kind === "nothing" && files === undefined;
}
