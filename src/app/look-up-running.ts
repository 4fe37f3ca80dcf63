import type { DeploymentRecord, Target } from "../deployments/record.js";
import type { CheckoutReading } from "../deployments/running.js";
import { entryFromRecords } from "../deployments/running-from-records.js";
import type { RunningStore, StoredHost } from "../deployments/running-store.js";
import { type DeploymentStore, findReadable } from "../deployments/store.js";
import type { FoundTarget } from "../deployments/targets.js";
import {
  type EnvironmentRunning,
  environmentRunning,
  type HostReading,
  hostRunning,
  isBlank,
} from "../deployments/what-runs.js";

/** Reads HEAD of an environment's checkout on one host. Never throws. @returns undefined where the host does not say */
export type CheckoutReader = (
  target: FoundTarget,
  host: string,
  deadlineMs: number,
) => Promise<CheckoutReading | undefined>;

export interface RunningParts {
  readonly store: Pick<DeploymentStore, "newest" | "current">;
  readonly running: RunningStore;
  readonly readCheckout: CheckoutReader;
  readonly now: () => number;
}

/** A person waits for the answer. */
const ASKED_DEADLINE_MS = 4_000;
/** A release that was read wrong, or not at all, is worth some more seconds. */
const ADOPTION_DEADLINE_MS = 10_000;
/** Among so many deployments the last ones that changed a host are looked for. */
const SEARCHED = 200;

/** What runs in an environment, as it is recorded: no host is asked. */
export async function lookUpRunning(
  parts: Pick<RunningParts, "store" | "running">,
  target: FoundTarget,
): Promise<EnvironmentRunning> {
  const stored = await storedHosts(parts, target);
  return environmentRunning(target.config.hosts.map((host) => hostRunning(host, stored.get(host))));
}

/** The same, after hosts of which nothing is known were asked: what runs there counts as release 0. */
export async function adoptRunning(parts: RunningParts, target: FoundTarget): Promise<EnvironmentRunning> {
  return readHosts(parts, target, { deadlineMs: ADOPTION_DEADLINE_MS, which: isBlank });
}

/** The same, after every host was asked for HEAD of its checkout. Takes a few seconds at most. */
export async function readRunning(parts: RunningParts, target: FoundTarget): Promise<EnvironmentRunning> {
  return readHosts(parts, target, { deadlineMs: ASKED_DEADLINE_MS, which: () => true });
}

/** The deployment through which the release runs that is the same on every host; undefined for release 0. */
export async function deploymentThrough(
  store: Pick<DeploymentStore, "find">,
  { summary }: EnvironmentRunning,
): Promise<DeploymentRecord | undefined> {
  const { deployment } = summary.kind === "release" ? summary : {};
  return deployment && findReadable(store, deployment.id);
}

async function readHosts(
  parts: RunningParts,
  target: FoundTarget,
  { deadlineMs, which }: { deadlineMs: number; which: (stored: StoredHost | undefined) => boolean },
): Promise<EnvironmentRunning> {
  const stored = await storedHosts(parts, target);
  const hosts = target.config.hosts.map(async (host) => {
    const before = stored.get(host);
    if (!which(before)) return hostRunning(host, before);
    const { reading, now } = await readHost(parts, target, host, before, deadlineMs);
    return hostRunning(host, now, reading);
  });
  return environmentRunning(await Promise.all(hosts));
}

async function readHost(
  { running, readCheckout, now }: RunningParts,
  target: FoundTarget,
  host: string,
  before: StoredHost | undefined,
  deadlineMs: number,
): Promise<{ readonly reading: HostReading; readonly now: StoredHost | undefined }> {
  const reading = await readCheckout(target, host, deadlineMs);
  if (reading === undefined) return { reading: { kind: "no-answer" }, now: before };
  const at = now();
  return {
    reading: { kind: "read", at },
    now: await running.noteReading(target, host, { reading, before, at }),
  };
}

/** Takes over what older records tell of hosts that have no entry yet. To be called before a host is changed. */
export async function deriveRunning(
  { store, running }: Pick<RunningParts, "store" | "running">,
  target: Target,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, StoredHost>> {
  const stored = await running.read(target);
  const missing = hosts.filter((host) => !stored.has(host));
  if (missing.length === 0) return stored;
  const records = await recordsOf(store, target);
  const entries = missing.flatMap((host) => {
    const entry = entryFromRecords(records, host);
    return entry === undefined ? [] : [{ host, entry }];
  });
  if (entries.length === 0) return stored;
  for (const { host, entry } of entries) await running.derive(target, host, entry);
  return running.read(target);
}

async function storedHosts(
  parts: Pick<RunningParts, "store" | "running">,
  target: FoundTarget,
): Promise<ReadonlyMap<string, StoredHost>> {
  return deriveRunning(parts, target, target.config.hosts);
}

/** The newest, and the last one that succeeded, which may be older than all of these. */
async function recordsOf(store: RunningParts["store"], target: Target): Promise<readonly DeploymentRecord[]> {
  const [newest, current] = await Promise.all([store.newest(target, SEARCHED), store.current(target)]);
  const known = newest.some(({ id }) => id === current?.id);
  return current === undefined || known ? newest : [...newest, current];
}
