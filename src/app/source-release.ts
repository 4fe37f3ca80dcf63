import type { DeploymentRecord } from "../deployments/record.js";
import type { SourceFault } from "../deployments/refusal.js";
import { type DeploymentStore, findReadable } from "../deployments/store.js";
import type { FoundTarget } from "../deployments/targets.js";
import type { EnvironmentRunning } from "../deployments/what-runs.js";
import { lookUpRunning } from "./look-up-running.js";
import type { AppParts } from "./ports.js";

/** What runs in an environment, as far as the next environment may have it. */
export type SourceRelease =
  /** The same on every host, through deployments that all succeeded. */
  | { readonly kind: "healthy"; readonly record: DeploymentRecord }
  | { readonly kind: "none"; readonly why: SourceFault };

/** The release that runs in an environment and passed its health checks there. */
export async function sourceRelease(
  { store, running }: Pick<AppParts, "store" | "running">,
  source: FoundTarget,
): Promise<SourceRelease> {
  const open = await store.open(source);
  if (open.some(({ state }) => state === "running")) return { kind: "none", why: "changing" };
  const what = await lookUpRunning({ store, running }, source);
  const { summary } = what;
  if (summary.kind !== "release") return { kind: "none", why: summary.kind };
  const records = await deploymentsThrough(store, what);
  if (records === undefined) return { kind: "none", why: "adopted" };
  const [first] = records;
  if (first === undefined || records.some((record) => record?.state !== "succeeded"))
    return { kind: "none", why: "not-succeeded" };
  return { kind: "healthy", record: first };
}

/** The deployments through which hosts have what they run; undefined where one host was only read. */
async function deploymentsThrough(
  store: Pick<DeploymentStore, "find">,
  { hosts }: EnvironmentRunning,
): Promise<readonly (DeploymentRecord | undefined)[] | undefined> {
  const ids = new Set<string>();
  for (const { application } of hosts) {
    if (application.kind !== "release" || application.deployment === undefined) return undefined;
    ids.add(application.deployment.id);
  }
  return Promise.all([...ids].map((id) => findReadable(store, id)));
}
