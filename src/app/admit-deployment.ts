import { createHash } from "node:crypto";
import type { DeploymentRecord, Origin, Target } from "../deployments/record.js";
import type { Release } from "../deployments/release.js";
import type { DeploymentStore } from "../deployments/store.js";
import { supersede } from "../deployments/transitions.js";

/** More than ever wait at once; the search stays one round trip. */
const RECENT = 50;

/** Wakes up those who do the work. Adding the same id again changes nothing. */
export interface WorkQueue {
  addDeployment(target: Target, id: string): Promise<void>;
  addAnnouncement(id: string, when: "now" | "soon"): Promise<void>;
}

export interface AdmitParts {
  readonly store: DeploymentStore;
  readonly queues: WorkQueue;
  readonly now: () => number;
}

export interface Admission {
  /** What makes this request this one and no other: the same parts give the same deployment. */
  readonly identity: readonly string[];
  readonly target: Target;
  readonly repository: string;
  readonly origin: Origin;
  readonly release: Release;
  /** It takes the place of pushes that still wait. */
  readonly replacesWaiting: boolean;
}

/**
 * Makes the deployment record of an accepted request and wakes up the queue. Safe to call again after a crash
 * at any point: the id follows from the request's identity.
 */
export async function admitDeployment(parts: AdmitParts, admission: Admission): Promise<DeploymentRecord> {
  const { store, queues, now } = parts;
  const { target, repository, origin, release } = admission;
  const { record } = await store.create({
    schema: 1,
    id: deploymentId([...admission.identity, target.project, target.environment]),
    kind: "deploy",
    project: target.project,
    environment: target.environment,
    repository,
    origin,
    release,
    state: "queued",
    steps: [],
    before: {},
    createdAt: now(),
  });
  if (admission.replacesWaiting) {
    if (record.state === "queued") await supersedeWaitingPushes(parts, record);
    await announceSuperseded(parts, record);
  }
  if (record.state !== "queued") return record;
  await queues.addDeployment(record, record.id);
  await queues.addAnnouncement(record.id, "now");
  return record;
}

async function supersedeWaitingPushes({ store, now }: AdmitParts, by: DeploymentRecord): Promise<void> {
  for (const waiting of await store.open(by)) {
    if (waiting.number >= by.number || waiting.origin.kind !== "push") continue;
    await store.update(waiting.id, (record) => supersede(record, by.number, now()));
  }
}

/** Found by what the records say, so that a crash after the change leaves no message behind. */
async function announceSuperseded({ store, queues }: AdmitParts, by: DeploymentRecord): Promise<void> {
  for (const { id, supersededBy } of await store.newest(by, RECENT)) {
    if (supersededBy === by.number) await queues.addAnnouncement(id, "now");
  }
}

/** 96 bits of the identity's hash, as 24 hexadecimal digits. */
function deploymentId(identity: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 24);
}
