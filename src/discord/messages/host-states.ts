import type { DeploymentRecord, DeploymentState, StepRecord } from "../../deployments/record.js";
import { shortSha } from "../../deployments/release.js";
import type { HostState, Words } from "../locales/words.js";

const STOPPED_HALFWAY: ReadonlySet<DeploymentState> = new Set([
  "failed",
  "cancelled",
  "indeterminate",
  "void",
]);

/** In which state the deployment left each host, one line a host; nothing to say after a success or without a start. */
export function hostStates(record: DeploymentRecord, words: Words): readonly string[] {
  if (!STOPPED_HALFWAY.has(record.state)) return [];
  const hosts = [...new Set(record.steps.flatMap((step) => step.host ?? []))];
  return hosts.map((host) => {
    const steps = record.steps.filter((step) => step.host === host);
    const before = record.before[host];
    const after = `\`${shortSha(record.release.sha)}\``;
    const shown = before === undefined ? undefined : `\`${shortSha(before)}\``;
    return words.hostState[stateOf(steps)](host, shown, after);
  });
}

/** What a deployment left running on its hosts. */
export type LeftRunning =
  | { readonly kind: "release"; readonly sha: string }
  | { readonly kind: "mixed" | "unknown" };

/** @returns undefined after a success, without a start, and where it was not known before and is as it was */
export function leftRunning(record: DeploymentRecord): LeftRunning | undefined {
  if (!STOPPED_HALFWAY.has(record.state)) return undefined;
  const hosts = [...new Set(record.steps.flatMap((step) => step.host ?? []))];
  const left = hosts.map((host) => {
    const state = stateOf(record.steps.filter((step) => step.host === host));
    if (state === "restarted") return record.release.sha;
    return state === "unknown" ? state : record.before[host];
  });
  if (left.includes("unknown")) return { kind: "unknown" };
  const [sha, ...others] = new Set(left);
  if (sha === undefined || left.includes(undefined)) return undefined;
  return others.length === 0 ? { kind: "release", sha } : { kind: "mixed" };
}

/**
 * What is certain from the steps that ran: a step with an effect that did not end well leaves it open, unless its command
 * was never started.
 */
export function stateOf(steps: readonly StepRecord[]): HostState {
  const withEffect = steps.filter((step) => step.effect !== undefined && step.untouched !== true);
  if (withEffect.some((step) => step.state === "failed" || step.state === "running")) return "unknown";
  const done = withEffect.filter((step) => step.state === "succeeded").map((step) => step.effect);
  if (done.includes("application")) return "restarted";
  return done.includes("files") ? "files-moved" : "unchanged";
}
