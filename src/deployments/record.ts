import { z } from "zod";
import { Release, Sha } from "./release.js";

/** Who or what asked for a deployment. */
export const Origin = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("command"), userId: z.string(), userName: z.string() }),
  z.object({ kind: z.literal("push"), branch: z.string(), pusher: z.string() }),
  z.object({ kind: z.literal("schedule") }),
]);
export type Origin = z.output<typeof Origin>;

/** How a step is named: a code that the messages put into words, or the words of the configuration. */
export const StepTitle = z.union([
  z.object({ code: z.enum(["check-host", "save-rollback-point", "fetch", "checkout", "restart", "health"]) }),
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
  /** Milliseconds since the epoch. */
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
});
export type StepRecord = z.output<typeof StepRecord>;

/** Why one attempt of a health check did not pass. */
export const ProbeReason = z.discriminatedUnion("code", [
  z.object({ code: z.literal("status"), expected: z.number(), got: z.number() }),
  z.object({ code: z.literal("text-missing"), expected: z.string() }),
  z.object({ code: z.literal("timed-out"), seconds: z.number() }),
  /** `detail` is the system's code, such as ECONNREFUSED. */
  z.object({ code: z.literal("no-answer"), detail: z.string() }),
]);
export type ProbeReason = z.output<typeof ProbeReason>;

/** Why a deployment did not succeed. */
export const Failure = z.discriminatedUnion("code", [
  z.object({ code: z.literal("exited"), exitCode: z.number() }),
  z.object({ code: z.literal("killed"), signal: z.string() }),
  z.object({ code: z.literal("timed-out"), seconds: z.number() }),
  z.object({ code: z.literal("lost"), reason: z.string() }),
  z.object({ code: z.literal("unreachable"), host: z.string(), reason: z.string() }),
  z.object({
    code: z.literal("unknown-host-key"),
    host: z.string(),
    seen: z.string(),
    pinned: z.array(z.string()),
  }),
  z.object({ code: z.literal("unhealthy"), url: z.string(), attempts: z.number(), reason: ProbeReason }),
  z.object({ code: z.literal("interrupted") }),
  z.object({ code: z.literal("configuration") }),
  z.object({ code: z.literal("internal"), message: z.string() }),
]);
export type Failure = z.output<typeof Failure>;

export const DeploymentState = z.enum([
  "queued",
  "running",
  "succeeded",
  "failed",
  "superseded",
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
  kind: z.literal("deploy"),
  project: z.string(),
  environment: z.string(),
  repository: z.string(),
  origin: Origin,
  release: Release,
  state: DeploymentState,
  steps: z.array(StepRecord),
  /** The commit that each host had before, by host name. */
  before: z.record(z.string(), Sha),
  /** The worker's claim: another worker that finds it running did not start it. */
  claim: z.string().optional(),
  failure: Failure.optional(),
  failedStep: z.string().optional(),
  /** The last lines of output that explain the failure, redacted. */
  tail: z.string().optional(),
  /** What printed the tail: the failing step itself, or the diagnostics that looked afterwards. */
  tailOf: z.enum(["step", "diagnostics"]).optional(),
  supersededBy: z.int().optional(),
  /** Milliseconds since the epoch, as all times here. */
  createdAt: z.number(),
  startedAt: z.number().optional(),
  finishedAt: z.number().optional(),
});
export type DeploymentRecord = z.output<typeof DeploymentRecord>;

/** Names one environment of one project. */
export interface Target {
  readonly project: string;
  readonly environment: string;
}

const FINAL: ReadonlySet<DeploymentState> = new Set(["succeeded", "failed", "superseded", "indeterminate"]);

export function isFinal(record: DeploymentRecord): boolean {
  return FINAL.has(record.state);
}
