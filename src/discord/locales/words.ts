import type { CiState } from "../../deployments/gates.js";
import type { LogState } from "../../deployments/log-store.js";
import type { ProbeReason } from "../../deployments/probe-reason.js";
import type {
  ApprovalReason,
  DeploymentState,
  Failure,
  StepTitle,
  VoidReason,
} from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import type { Sighting } from "../../repositories/known-repository.js";
import type { ActionWords } from "./action-words.js";
import type { ChangesWords } from "./changes-words.js";
import type { DroppedWords } from "./dropped-words.js";
import type { NextWords } from "./next-words.js";
import type { StatusWords } from "./status-words.js";

type StepCode = Extract<StepTitle, { code: string }>["code"];

/** How a host stands after a deployment that did not succeed. */
export type HostState = "unchanged" | "files-moved" | "restarted" | "unknown";

type FieldName =
  | "project"
  | "commit"
  | "author"
  | "requestedBy"
  | "approvals"
  | "approvedBy"
  | "ci"
  | "expires"
  | "environments"
  | "checklist"
  | "hosts"
  | "next";

/**
 * Every word that Slipway says in Discord, in one language. Arguments that come from outside (refs, names) are
 * already cleaned by the caller; the functions only put them into sentences.
 */
export interface Words {
  /** `UAT - Deployment started`: the words of the headline, without its emoji. */
  readonly headline: Readonly<Record<DeploymentState, (environment: string) => string>>;
  readonly fields: Readonly<Record<FieldName, string>>;
  readonly step: Readonly<Record<StepCode, string>>;
  readonly failure: (failure: Failure) => string;
  /** What is wrong with what was probed; a part of a sentence. */
  readonly probeReason: (reason: ProbeReason) => string;
  readonly failedStep: (title: string) => string;
  readonly lastLines: Readonly<Record<"step" | "diagnostics", string>>;
  readonly log: Readonly<Record<LogState, string>>;
  /** Discord did not take the files of a message or of an answer. */
  readonly fileRefused: string;
  /** `before` is undefined where it was not read, and may be the same commit as `after`. */
  readonly hostState: Readonly<
    Record<HostState, (host: string, before: string | undefined, after: string) => string>
  >;
  readonly next: NextWords;
  readonly originPush: (branch: string, pusher: string) => string;
  readonly originSchedule: string;
  /** Slipway itself took back the deployment of that number. */
  readonly originBake: (deployment: number) => string;
  /** How numbers are written: the decimal mark, and what stands before a unit and before `%`. */
  readonly figures: { readonly decimal: string; readonly unit: string; readonly percent: string };
  /** A name and what is said of it. */
  readonly labelled: (name: string, text: string) => string;
  readonly queue: (position: number, startsAt: string | undefined) => string;
  readonly started: (at: string) => string;
  readonly tookSeconds: (seconds: string) => string;
  readonly moreSteps: (count: number) => string;
  readonly approval: ApprovalWords;
  readonly changes: ChangesWords;
  readonly ended: EndedWords;
  readonly dropped: DroppedWords;
  readonly action: ActionWords;
  readonly status: StatusWords;
  readonly refusal: (refusal: Refusal) => string;
  readonly reply: ReplyWords;
  /** Each begins with a mention. */
  readonly call: {
    readonly failed: (mention: string, number: number, target: string) => string;
    readonly indeterminate: (mention: string, number: number, target: string) => string;
    /** @param number of the rollback */
    readonly rolledBack: (mention: string, bad: number, target: string, number: number) => string;
  };
  readonly memoryLost: string;
  /** Each names what to change in the configuration. */
  readonly repository: Readonly<Record<Sighting["kind"], (about: RepositoryFacts) => string>>;
}

/** A configured repository, and the one that was seen. */
export interface RepositoryFacts {
  readonly project: string;
  /** As it is configured. */
  readonly repository: string;
  /** The one that was seen: its id, and its name as it is called now. */
  readonly id: number;
  readonly name: string;
}

/** What people read before they approve. */
export interface ApprovalWords {
  readonly why: Readonly<Record<ApprovalReason, string>>;
  readonly breakGlass: (by: string) => string;
  readonly behind: (commits: number) => string;
  readonly markedBad: string;
  /** @param now what runs there now, @param compared what the list of commits begins from */
  readonly movedOn: (now: string, compared: string) => string;
  readonly ci: Readonly<Record<CiState | "ignored", string>>;
  readonly ciAsked: (at: string) => string;
  readonly ciFailed: string;
  readonly given: (given: number, quorum: number) => string;
  readonly planOn: (hosts: string) => string;
  readonly thisRelease: string;
  readonly unknownRuns: string;
  readonly hostsDiffer: string;
  readonly nothingRuns: string;
  /** How the newest deployment of another environment stands. */
  readonly state: Readonly<Record<DeploymentState, string>>;
}

/** How a deployment came to what it is. */
export interface EndedWords {
  readonly rollbackOf: (number: number) => string;
  readonly rollback: string;
  /** A rollback by a person, before it has ended. */
  readonly willLock: (environment: string) => string;
  readonly promoted: string;
  readonly refusedBy: (person: string) => string;
  readonly expired: (given: number, quorum: number) => string;
  readonly cancelledBefore: (person: string) => string;
  readonly cancelledAfter: (person: string) => string;
  readonly stopping: (person: string) => string;
  readonly stoppingNow: (person: string) => string;
  readonly stopped: (person: string) => string;
  readonly markedFailed: (person: string) => string;
  readonly runsAgain: (person: string) => string;
  /** `begun`: it broke off before, and was to go on. */
  readonly void: (reason: VoidReason, begun: boolean) => string;
}

export interface ReplyWords {
  readonly accepted: (number: number, target: string, commit: string, channel: string) => string;
  /** The same commit was requested before and has not ended yet. */
  readonly already: (number: number, target: string, commit: string, channel: string) => string;
  /** @param runs lines that name the commit, since when it runs, and through which deployment */
  readonly runsAlready: (target: string, runs: string) => string;
  readonly awaitsApproval: (
    number: number,
    target: string,
    commit: string,
    channel: string,
    expires: string,
  ) => string;
  readonly runs: (commit: string, when: string, by: string) => string;
  readonly running: (number: number, commit: string) => string;
  readonly waiting: (count: number) => string;
  readonly awaiting: (count: number) => string;
  readonly historyOf: (target: string) => string;
  readonly moreEnvironments: (count: number) => string;
  readonly noHistory: string;
  /** `/history`: what a deployment that did not succeed left running. */
  readonly left: Readonly<Record<"mixed" | "unknown", string>> & {
    readonly release: (commit: string) => string;
  };
  /** `2 d ago`, where Discord cannot draw a time itself. */
  readonly ago: (count: number, unit: "minute" | "hour" | "day") => string;
  /** Why nobody else sees a message: the channel is closed to Slipway, or is not there. */
  readonly unseen: Readonly<Record<"closed" | "gone", (channel: string) => string>>;
  readonly unknownCommand: string;
  readonly wrongGuild: string;
  readonly unavailable: string;
  /** Redis refused the one change that was asked for. */
  readonly writeRefused: string;
  /** Something broke, and what was done before is not known. */
  readonly failed: string;
  /** Discord sent a command or a press in a form that Slipway does not know. */
  readonly unreadable: string;
  /** Discord did not take the answer to a request that was processed. */
  readonly answeredLate: (person: string) => string;
}
