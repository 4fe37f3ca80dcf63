import type { DeploymentState, Failure, StepTitle } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";

type StepCode = Extract<StepTitle, { code: string }>["code"];

/** How a host stands after a deployment that did not succeed. */
export type HostState = "unchanged" | "files-moved" | "restarted" | "unknown";

/**
 * Every word that Slipway says in Discord, in one language. Arguments that come from outside (refs, names) are
 * already cleaned by the caller; the functions only put them into sentences.
 */
export interface Words {
  /** `UAT - Deployment started`: the words of the headline, without its emoji. */
  readonly headline: Readonly<Record<DeploymentState, (environment: string) => string>>;
  readonly fields: Readonly<
    Record<"project" | "commit" | "author" | "requestedBy" | "hosts" | "next", string>
  >;
  readonly step: Readonly<Record<StepCode, string>>;
  readonly failure: (failure: Failure) => string;
  readonly failedStep: (title: string) => string;
  readonly lastLines: Readonly<Record<"step" | "diagnostics", string>>;
  readonly wholeLog: string;
  readonly hostState: Readonly<Record<HostState, (host: string, before: string, after: string) => string>>;
  readonly next: {
    readonly succeeded: (url: string) => string;
    readonly failed: (command: string) => string;
    readonly unknownHostKey: string;
    readonly indeterminate: string;
    readonly superseded: (number: number) => string;
  };
  readonly originPush: (branch: string, pusher: string) => string;
  readonly originSchedule: string;
  readonly queue: (position: number, startsAt: string | undefined) => string;
  readonly started: (at: string) => string;
  readonly tookSeconds: (seconds: string) => string;
  readonly moreSteps: (count: number) => string;
  readonly refusal: (refusal: Refusal) => string;
  readonly reply: {
    readonly accepted: (number: number, target: string, commit: string, channel: string) => string;
    readonly nothingRuns: string;
    readonly runs: (commit: string, when: string, by: string) => string;
    readonly running: (number: number, commit: string) => string;
    readonly waiting: (count: number) => string;
    readonly historyOf: (target: string) => string;
    readonly moreEnvironments: (count: number) => string;
    readonly noHistory: string;
    readonly unknownCommand: string;
    readonly wrongGuild: string;
    readonly unavailable: string;
    readonly failed: string;
  };
}
