import { z } from "zod";
import { NotRunFacts } from "./not-run.js";
import { ProbeReason } from "./probe-reason.js";
import { Release, Sha } from "./release.js";

/** Who or what asked for a deployment. */
export const Origin = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("command"), userId: z.string(), userName: z.string() }),
  z.object({
    kind: z.literal("push"),
    branch: z.string(),
    pusher: z.string(),
    /** GitHub login of the author of the commit. */
    author: z.string().optional(),
  }),
  z.object({ kind: z.literal("schedule") }),
  /** Slipway itself, by configuration: the deployment of that number did not hold in its bake period. */
  z.object({ kind: z.literal("bake"), deployment: z.int() }),
]);
export type Origin = z.output<typeof Origin>;

/** How a step is named: a code that the messages put into words, or the words of the configuration. */
export const StepTitle = z.union([
  z.object({
    code: z.enum(["backup", "check-host", "save-rollback-point", "fetch", "checkout", "restart", "health"]),
  }),
  z.object({ text: z.string() }),
]);
export type StepTitle = z.output<typeof StepTitle>;

/** What a step changes on its host once it ran; absent for a step that only looks. */
export const StepEffect = z.enum(["files", "application"]);
export type StepEffect = z.output<typeof StepEffect>;

export const StepRecord = z.object({
  id: z.string(),
  title: StepTitle,
  host: z.string().optional(),
  effect: StepEffect.optional(),
  state: z.enum(["pending", "running", "succeeded", "failed", "skipped"]),
  /** How often it was begun on purpose: 2 once a person had it run again. Absent: 1. */
  attempt: z.int().optional(),
  /** It failed before its command was started, or proved that it changed nothing: the host is as it was. */
  untouched: z.literal(true).optional(),
  /** Id of the run on the host, kept before the host is asked to start it. */
  run: z.string().optional(),
  /** How long its command may take, as the plan said when it was begun; absent for steps of earlier versions. */
  timeoutSeconds: z.number().optional(),
  /** Milliseconds since the epoch. */
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
});
export type StepRecord = z.output<typeof StepRecord>;

/**
 * Why Slipway stopped waiting for a step of a host that it can reach. `deadline`: the step's own time is long over;
 * `stop`: *Stop now* did not end it in time; `nonsense`: the runner on the host gives no valid answer.
 */
export const LostCause = z.enum(["deadline", "stop", "nonsense"]);
export type LostCause = z.output<typeof LostCause>;

/** Why a deployment did not succeed. */
export const Failure = z.discriminatedUnion("code", [
  /**
   * `unstarted`: the host's shell could not start the command, and the code is the shell's. `unchanged`: the step proved
   * that what ran before still runs.
   */
  z.object({
    code: z.literal("exited"),
    exitCode: z.number(),
    unstarted: z.literal(true).optional(),
    unchanged: z.literal(true).optional(),
  }),
  z.object({ code: z.literal("killed"), signal: z.string() }),
  z.object({ code: z.literal("timed-out"), seconds: z.number() }),
  /**
   * Slipway stopped waiting: what the command does, or did, may still come to light. Without `cause` the host is out of
   * reach; `said` quotes the host.
   */
  z.object({
    code: z.literal("lost"),
    reason: z.string(),
    cause: LostCause.optional(),
    said: z.string().optional(),
  }),
  /** The runner on the host ended before the command: nobody can know what that did. */
  z.object({ code: z.literal("runner-died"), reason: z.string() }),
  /** `said` quotes a host that refused the sign-in. */
  z.object({
    code: z.literal("unreachable"),
    host: z.string(),
    reason: z.string(),
    said: z.string().optional(),
  }),
  /** The host was reached, and runs no step: nothing was started. `detail` names a file or folder, or quotes the host. */
  z.object({
    code: z.literal("not-started"),
    host: z.string(),
    reason: z.string(),
    detail: z.string().optional(),
  }),
  /** The host accepted the sign-in and did not run the command. */
  z.object({ code: z.literal("not-run"), host: z.string(), ...NotRunFacts.shape }),
  z.object({
    code: z.literal("unknown-host-key"),
    host: z.string(),
    seen: z.string(),
    pinned: z.array(z.string()),
  }),
  /** `url` names the check: a URL, or what `checkLabel` says of the others. */
  z.object({ code: z.literal("unhealthy"), url: z.string(), attempts: z.number(), reason: ProbeReason }),
  z.object({ code: z.literal("interrupted") }),
  /** The configuration changed while it ran: what was begun came to its end, and nothing more. */
  z.object({ code: z.literal("plan-changed") }),
  z.object({ code: z.literal("configuration") }),
  z.object({ code: z.literal("internal"), message: z.string() }),
]);
export type Failure = z.output<typeof Failure>;

/** Nobody can know what the step did, or what it still does. */
export function leavesUnknown({ code }: Failure): boolean {
  return code === "lost" || code === "runner-died";
}

/** Whether the failure itself proves that the step's command was never started, or has changed nothing. */
export function provesUntouched(failure: Failure): boolean {
  const { code } = failure;
  if (code === "exited") return failure.unstarted === true || failure.unchanged === true;
  return code === "unreachable" || code === "unknown-host-key";
}

/** A person as they were when they acted. */
export const Actor = z.object({ userId: z.string(), userName: z.string() });
export type Actor = z.output<typeof Actor>;

/** Why a deployment asks for an approval. */
export const ApprovalReason = z.enum(["protected", "bad-release", "break-glass"]);
export type ApprovalReason = z.output<typeof ApprovalReason>;

/** What was asked for is not what would run any more. */
export const VoidReason = z.discriminatedUnion("code", [
  z.object({ code: z.literal("ref-moved"), ref: z.string(), sha: Sha }),
  z.object({ code: z.literal("plan-changed") }),
  z.object({ code: z.literal("gate"), refusal: z.string() }),
  /** It was to go on where it broke off, but another one has run there since. */
  z.object({ code: z.literal("newer-ran"), number: z.int() }),
  z.object({ code: z.literal("role-lost"), userId: z.string() }),
  z.object({ code: z.literal("unverifiable"), what: z.enum(["ref", "roles"]) }),
]);
export type VoidReason = z.output<typeof VoidReason>;

/**
 * A release bound to (project, environment, SHA, hosts, plan), waiting for people who type DEPLOY. It lives in
 * the record, so that one compare-and-set decides who was in time.
 */
export const Approval = z.object({
  reason: ApprovalReason,
  quorum: z.int(),
  requesterMayApprove: z.boolean(),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** SHA-256 over hosts and plan, in hexadecimal. */
  planHash: z.string(),
  given: z.array(Actor.extend({ at: z.number() })),
});
export type Approval = z.output<typeof Approval>;

/** A commit that a release brings or takes away. */
export const ComparedCommit = z.object({
  sha: Sha,
  subject: z.string(),
  author: z.string(),
  pullRequest: z.int().optional(),
});
export type ComparedCommit = z.output<typeof ComparedCommit>;

/**
 * How a release stands to what runs, as GitHub says it; `unrelated`: they share no commit; `lost`: GitHub does not
 * have the commit that runs.
 */
export const Relation = z.enum(["ahead", "behind", "diverged", "identical", "unrelated", "lost"]);
export type Relation = z.output<typeof Relation>;

/** The commits that run now and are not in the release. */
export const Removed = z.object({
  /** The newest 10, newest first. */
  commits: z.array(ComparedCommit),
  totalCommits: z.int(),
  /** Files that these commits changed. */
  files: z.int(),
  /** GitHub names no more files than this. */
  filesCut: z.boolean().optional(),
  /** The release changes all these files in the same way, in other commits. */
  contained: z.boolean().optional(),
});
export type Removed = z.output<typeof Removed>;

/** What changes against the commit that runs there now. */
export const Comparison = z.object({
  /** What runs now; absent where nothing does, and where it is not known what does. */
  base: Sha.optional(),
  /** Absent where `base` runs for certain, on every host. `mixed`: hosts differ, and `base` is that of the first. */
  baseIs: z.enum(["uncertain", "mixed"]).optional(),
  /** Absent in records of earlier versions, and where nothing runs. */
  relation: Relation.optional(),
  /** The newest 10, newest first. */
  commits: z.array(ComparedCommit),
  totalCommits: z.int(),
  files: z.int(),
  /** GitHub names no more files than this. */
  filesCut: z.boolean().optional(),
  migrations: z.int(),
  /** Absent where nothing is taken away. */
  removed: Removed.optional(),
  /** The first 10 migration files that are there now and will be gone or older. */
  migrationsBack: z.array(z.string()).optional(),
  totalMigrationsBack: z.int().optional(),
  /** Commits that the environment's ref has and the release has not; absent where GitHub cannot count them. */
  behindBy: z.int().optional(),
});
export type Comparison = z.output<typeof Comparison>;

export const DeploymentState = z.enum([
  "awaiting-approval",
  "queued",
  "running",
  "succeeded",
  "failed",
  "superseded",
  "cancelled",
  "refused",
  "expired",
  "void",
  "indeterminate",
]);
export type DeploymentState = z.output<typeof DeploymentState>;

/**
 * One run that puts a release on an environment: the truth about it, kept in Redis. `number` and `version`
 * belong to the store: it counts deployments and every saved change.
 */
export const DeploymentRecord = z.object({
  schema: z.literal(1),
  /** 24 hexadecimal digits: fits a Discord nonce (at most 25 characters) and any BullMQ job id. */
  id: z.string().regex(/^[0-9a-f]{24}$/),
  number: z.int(),
  version: z.int(),
  kind: z.enum(["deploy", "promote", "rollback"]),
  project: z.string(),
  environment: z.string(),
  repository: z.string(),
  origin: Origin,
  release: Release,
  state: DeploymentState,
  steps: z.array(StepRecord),
  /** The commit that each host had before, by host name. */
  before: z.record(z.string(), Sha),
  /** The worker that runs it. Whoever takes it over writes its own claim here. */
  claim: z.string().optional(),
  /** The process of that worker, which says from time to time that it is alive. */
  process: z.string().optional(),
  /** Grows with each claim on the environment: hosts start nothing for a smaller one than they have seen. */
  fence: z.int().optional(),
  /** Hash of the plan that runs: what was begun under one plan does not go on under another. */
  planHash: z.string().optional(),
  failure: Failure.optional(),
  failedStep: z.string().optional(),
  /** The last lines of output that explain the failure, redacted. */
  tail: z.string().optional(),
  /** What printed the tail: the failing step itself, or the diagnostics that looked afterwards. */
  tailOf: z.enum(["step", "diagnostics"]).optional(),
  supersededBy: z.int().optional(),
  approval: Approval.optional(),
  /** What the release changes; absent where nothing ran before or GitHub did not say. */
  comparison: Comparison.optional(),
  /** Who ended it before its time: cancelled or refused. */
  endedBy: Actor.optional(),
  voidReason: VoidReason.optional(),
  /** A running deployment stops after its current step. */
  cancelRequestedBy: Actor.optional(),
  /** Its current step is ended on the host. */
  stopRequestedBy: Actor.optional(),
  /** When: the wait for the host to confirm it is counted from then on. Milliseconds since the epoch. */
  stopRequestedAt: z.number().optional(),
  /** What follows from its end has been done: the watcher knows of it, and so does the audit log. */
  settled: z.boolean().optional(),
  /** Who said what became of a deployment whose state nobody knew. */
  judgedBy: Actor.optional(),
  /** That person said that it failed. */
  markedFailed: z.literal(true).optional(),
  /** How often a person had it run again after its state was unknown; absent in records of earlier versions. */
  reruns: z.int().optional(),
  /** What was typed beside the target, so that the same can be asked for again; absent in older records. */
  asked: z.object({ ref: z.string().optional(), from: z.string().optional() }).optional(),
  /** Why a freeze does not hold it back. */
  breakGlass: z.string().optional(),
  /** Of a rollback: the number of the deployment that it takes back. */
  rollbackOf: z.int().optional(),
  /** Milliseconds since the epoch, as all times here. */
  createdAt: z.number(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
});
export type DeploymentRecord = z.output<typeof DeploymentRecord>;

/** A person said that it failed: it did not end so by itself. */
export function isMarkedFailed({ state, judgedBy, markedFailed, reruns }: DeploymentRecord): boolean {
  // Earlier versions wrote down neither, and had a deployment run again under the same name.
  return state === "failed" && judgedBy !== undefined && (markedFailed === true || reruns === undefined);
}

/** Names one environment of one project. */
export interface Target {
  readonly project: string;
  readonly environment: string;
}

const OPEN: ReadonlySet<DeploymentState> = new Set(["awaiting-approval", "queued", "running"]);

export function isFinal(record: DeploymentRecord): boolean {
  return !OPEN.has(record.state);
}
