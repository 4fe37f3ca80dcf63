import {
  type CiState,
  freezeGate,
  lockGate,
  orderGate,
  outdatedGate,
  type Requester,
  roleGate,
  rollbackGate,
} from "../deployments/gates.js";
import { type GitHubTrouble, GitHubTroubleError } from "../deployments/github-trouble.js";
import type { Comparison, DeploymentRecord, Target } from "../deployments/record.js";
import type { RefRefusal, Refusal } from "../deployments/refusal.js";
import type { Release } from "../deployments/release.js";
import type { DeploymentStore } from "../deployments/store.js";
import { type FoundTarget, lookUpTarget } from "../deployments/targets.js";
import { comparisonBase } from "../deployments/what-runs.js";
import { adoptRunning } from "./look-up-running.js";
import type { AppParts } from "./ports.js";
import { sourceRelease } from "./source-release.js";

/** What somebody wants to put where. */
export interface Intent {
  readonly kind: DeploymentRecord["kind"];
  readonly target: FoundTarget;
  readonly requester: Requester;
  /** Why a freeze shall not hold it back. */
  readonly breakGlass?: string | undefined;
  /** Where the release comes from: looked up only once nothing else stands in the way. */
  readonly release: () => Promise<
    | { readonly kind: "resolved"; readonly release: Release }
    | { readonly kind: "refused"; readonly refusal: RefRefusal | Refusal }
  >;
}

export type Judgement =
  | { readonly kind: "admitted"; readonly release: Release; readonly comparison: Comparison | undefined }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Asks every gate in turn: role, locks, freeze, ref, environment order, outdated ref. The first refusal counts. */
export async function judgeRequest(parts: AppParts, intent: Intent): Promise<Judgement> {
  const { target, requester } = intent;
  const standing = (await standingRefusal(parts, intent)) ?? undefined;
  if (standing !== undefined) return { kind: "refused", refusal: standing };

  const resolved = await intent.release();
  if (resolved.kind === "refused") return resolved;
  const { release } = resolved;

  const refusal = intent.kind === "rollback" ? undefined : await orderRefusal(parts, target, release);
  if (refusal !== undefined) return { kind: "refused", refusal };

  const compared = await compare(parts, target, release);
  const comparison = compared.kind === "compared" ? compared.comparison : undefined;
  // A promotion and a rollback mean an older commit on purpose; a trigger brings the newest.
  const outdated =
    intent.kind !== "deploy" || requester.kind === "trigger"
      ? undefined
      : outdatedRefusal(target, release, compared);
  return outdated === undefined
    ? { kind: "admitted", release, comparison }
    : { kind: "refused", refusal: outdated };
}

/** Role, locks and freeze: what can change while a request waits, and is asked again before it runs. */
export async function standingRefusal(
  { locks, now }: Pick<AppParts, "locks" | "now">,
  intent: Pick<Intent, "kind" | "target" | "requester" | "breakGlass">,
): Promise<Refusal | undefined> {
  const { kind, target, requester } = intent;
  const { project, environment } = target;
  const role = kind === "rollback" ? rollbackGate(target, requester) : roleGate(target, requester);
  if (role !== undefined) return role;
  const at = now();
  return (
    lockGate(target, requester, await locks.find({ project }, at), at) ??
    lockGate(target, requester, await locks.find({ project, environment }, at), at) ??
    freezeGate(target, intent, await locks.findFreeze(target, at), at)
  );
}

/** Whether the release is, validated, what runs on the environment before this one. */
export async function orderRefusal(
  parts: AppParts,
  target: FoundTarget,
  release: Release,
): Promise<Refusal | undefined> {
  const { from } = target.config;
  if (from === undefined) return undefined;
  const source = lookUpTarget(parts.config, { project: target.project, environment: from });
  const found = source && (await sourceRelease(parts, source));
  const runs = found?.kind === "healthy" ? found.record.release : (found?.why ?? "nothing");
  return orderGate(target, release, { runs, ci: await ciState(parts, target, release) });
}

/** The deployment there that started last: one may have waited for its approval while newer ones ran. */
export async function newestRun(
  store: DeploymentStore,
  target: Target,
): Promise<DeploymentRecord | undefined> {
  const records = await store.newest(target, RECENT);
  const started = records.filter(({ startedAt }) => startedAt !== undefined);
  return started.reduce<DeploymentRecord | undefined>(
    (last, each) => ((last?.startedAt ?? 0) >= (each.startedAt ?? 0) ? last : each),
    undefined,
  );
}

/** Requests that never ran are rarely this many in a row. */
const RECENT = 100;

/** @returns `passed` where the project ignores the checks */
export async function ciState({ facts }: AppParts, target: FoundTarget, release: Release): Promise<CiState> {
  if (target.projectConfig.ci === "ignored") return "passed";
  return facts.ciState(target.projectConfig.repository, release.sha);
}

const BASE_IS = { unknown: "uncertain", mixed: "mixed", release: undefined, nothing: undefined } as const;

type Compared =
  /** Without a comparison where GitHub does not have the commit. */
  | { readonly kind: "compared"; readonly comparison: Comparison | undefined }
  /** `why` where GitHub said it. */
  | { readonly kind: "unanswered"; readonly why: GitHubTrouble | undefined };

/** Only a gate that needs the comparison refuses where there is none. */
async function compare(parts: AppParts, target: FoundTarget, { sha }: Release): Promise<Compared> {
  const { repository } = target.projectConfig;
  const running = await adoptRunning(parts, target);
  const base = comparisonBase(running);
  const branch = target.config.ref ?? target.projectConfig.ref;
  try {
    const compared = await parts.facts.compare(repository, { base, head: sha, branch });
    const baseIs = BASE_IS[running.summary.kind];
    return { kind: "compared", comparison: compared && { ...compared, ...(baseIs && { baseIs }) } };
  } catch (error) {
    return { kind: "unanswered", why: error instanceof GitHubTroubleError ? error.trouble : undefined };
  }
}

function outdatedRefusal(target: FoundTarget, release: Release, compared: Compared): Refusal | undefined {
  if (target.config.outdated !== "refuse") return undefined;
  if (compared.kind === "compared") return outdatedGate(target, release, compared.comparison?.behindBy);
  const { repository } = target.projectConfig;
  return { code: "github-unavailable", repository, ...(compared.why && { why: compared.why }) };
}
