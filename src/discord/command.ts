import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from "discord-api-types/v10";
import type {
  FreezeRequest,
  LockList,
  LockOutcome,
  LockRequest,
  UnlockOutcome,
  UnlockRequest,
} from "../app/locks.js";
import type { lookUpHistory, lookUpStatus } from "../app/look-up.js";
import type { HealthOutcome, HealthRequest } from "../app/look-up-health.js";
import type { StatsOutcome, StatsRequest } from "../app/look-up-stats.js";
import type { IncidentOutcome } from "../app/monitoring/press-incident.js";
import type { ActionOutcome, ActionRefusal, RequestOutcome } from "../app/outcomes.js";
import type { LogOutcome, LogRequest } from "../app/read-logs.js";
import type {
  DeployAgain,
  DeploymentRequest,
  PromoteRequest,
  RunsAlready,
} from "../app/request-deployment.js";
import type { RollbackCandidate, RollbackRequest } from "../app/roll-back.js";
import type { AuditPage, AuditQuery } from "../audit/audit-log.js";
import type { DoraChartView, HealthChartView } from "../charts/views.js";
import type { Config, Language } from "../config/schema.js";
import type { Target } from "../deployments/record.js";
import type { FoundTarget } from "../deployments/targets.js";
import type { RefSuggestion } from "../github/ref-suggestions.js";
import type { Reply } from "./messages/replies.js";

type Person = DeploymentRequest["person"];

/** The use cases, as commands and buttons see them. */
export interface App {
  readonly config: Config;
  /** Whether Redis can be reached: without it nothing can be looked up or started. */
  available(): boolean;
  requestDeployment(request: DeploymentRequest): Promise<RequestOutcome | RunsAlready>;
  /** The custom_id of *Deploy again*. */
  againButton(again: DeployAgain): Promise<string>;
  deployAgain(again: DeployAgain, person: Person): Promise<ActionOutcome>;
  promote(request: PromoteRequest): Promise<RequestOutcome>;
  rollBack(request: RollbackRequest): Promise<RequestOutcome>;
  /** The last 25 releases that succeeded there, newest first, without the one that runs. */
  rollbackCandidates(target: FoundTarget): Promise<readonly RollbackCandidate[]>;
  status(filter: Parameters<typeof lookUpStatus>[1]): ReturnType<typeof lookUpStatus>;
  history(request: Parameters<typeof lookUpHistory>[1]): ReturnType<typeof lookUpHistory>;
  stats(request: StatsRequest): Promise<StatsOutcome>;
  /** Probes now: takes as long as the slowest check, a minute at most. */
  health(request: HealthRequest): Promise<HealthOutcome>;
  /** A picture as PNG; undefined where it cannot be drawn. Never throws. */
  draw(chart: DoraChartView | HealthChartView): Promise<Buffer | undefined>;
  suggestRefs(repository: string, branch: string, typed: string): Promise<readonly RefSuggestion[]>;

  /** Whether the person may open the form that approves; asked again when it is sent. */
  mayApprove(deploymentId: string, person: Person): Promise<ActionRefusal | undefined>;
  /** @param word what was typed: nothing but DEPLOY approves */
  approve(deploymentId: string, person: Person, word: string): Promise<ActionOutcome>;
  refuse(deploymentId: string, person: Person): Promise<ActionOutcome>;
  cancel(deploymentId: string, person: Person): Promise<ActionOutcome>;
  /** Ends the current step of a deployment that was cancelled. */
  stop(deploymentId: string, person: Person): Promise<ActionOutcome>;
  /** Says that a deployment whose state nobody knew has failed. */
  markFailed(deploymentId: string, person: Person): Promise<ActionOutcome>;
  /** Has it go on where it broke off. */
  runAgain(deploymentId: string, person: Person): Promise<ActionOutcome>;
  /** Back to what ran before that deployment. @param requestId Discord's id of the interaction */
  rollBackDeployment(deploymentId: string, person: Person, requestId: string): Promise<ActionOutcome>;
  /** The same release again. */
  retry(deploymentId: string, person: Person, requestId: string): Promise<ActionOutcome>;

  /** Deploys the head of the branch whose pushes were dropped. */
  deployDropped(
    dropped: Target & { readonly episode: string },
    person: Person,
    requestId: string,
  ): Promise<ActionOutcome>;

  acknowledgeIncident(incidentId: string, person: Person): Promise<IncidentOutcome>;
  snoozeIncident(incidentId: string, person: Person): Promise<IncidentOutcome>;
  /** Back to what ran before the newest deployment where it is down. */
  rollBackIncident(incidentId: string, person: Person, requestId: string): Promise<IncidentOutcome>;
  readIncidentLogs(incidentId: string, person: Person): Promise<IncidentOutcome>;

  lock(request: LockRequest): Promise<LockOutcome>;
  unlock(request: UnlockRequest): Promise<UnlockOutcome>;
  locks(): Promise<LockList>;
  freeze(request: FreezeRequest): Promise<LockOutcome>;
  unfreeze(request: Pick<UnlockRequest, "person" | "project" | "environment">): Promise<UnlockOutcome>;

  /** Takes as long as the slowest host, up to a minute. */
  readLogs(request: LogRequest): Promise<LogOutcome>;

  audit(query: AuditQuery): Promise<AuditPage>;
  /** The newest part of the audit log that is no longer than `maxBytes`, as JSON Lines. */
  exportAudit(maxBytes: number): AsyncIterable<string>;
}

/** Who typed a command, and in which language they read. */
export interface Invocation {
  /** Discord's id of the interaction: the same when Discord delivers it twice. */
  readonly id: string;
  readonly person: DeploymentRequest["person"];
  readonly language: Language;
  readonly options: Options;
}

/** What was typed. Discord has checked types and required options; a missing one is undefined. */
export interface Options {
  text(name: string): string | undefined;
  /** @throws Error when Discord let a required option out */
  requiredText(name: string): string;
  integer(name: string): number | undefined;
  /** False where it was left out. */
  flag(name: string): boolean;
}

export interface Suggestion {
  readonly name: string;
  readonly value: string;
}

/** Who reads suggestions: Discord draws no times in them. */
export interface Reader {
  readonly person: Person;
  readonly language: Language;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** One slash command. Its answer goes only to the person who typed it. */
export interface Command {
  readonly definition: RESTPostAPIChatInputApplicationCommandsJSONBody;
  execute(invocation: Invocation, app: App): Promise<Reply>;
  /** Proposes values for the option that is being typed, the best first. */
  suggest?(
    option: string,
    typed: string,
    options: Options,
    app: App,
    reader: Reader,
  ): Promise<readonly Suggestion[]>;
}
