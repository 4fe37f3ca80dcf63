/**
 * What runs on one host of one environment, and how sure that is: pure data and its transitions. A host of the `git`
 * strategy has two truths: the files (HEAD of its checkout) and the application (what was started last). What runs is
 * the application.
 */
import { z } from "zod";
import type { DeploymentRecord, StepEffect } from "./record.js";
import { Sha } from "./release.js";

/** A release on a host. Only the SHA is known of a commit that was read from a host and that nobody described. */
export const RunningRelease = z.object({
  sha: Sha,
  ref: z.string().optional(),
  subject: z.string().optional(),
  author: z.string().optional(),
  /** When the commit was made, by its committer's clock. Milliseconds since the epoch, as all times here. */
  committedAt: z.number().optional(),
});
export type RunningRelease = z.output<typeof RunningRelease>;

/** Names the deployment that changed a host. */
export const DeploymentRef = z.object({ id: z.string(), number: z.int() });
export type DeploymentRef = z.output<typeof DeploymentRef>;

/** The application was started from this release. */
const Certain = z.object({
  kind: z.literal("release"),
  release: RunningRelease,
  since: z.number(),
  /** Absent for release 0: what ran there before the first deployment. */
  deployment: DeploymentRef.optional(),
  /** `step`: a step started it. `host`: it was read from the checkout, and Slipway did not start it. */
  source: z.enum(["step", "host"]),
});

/** Nobody knows. `last` is what ran for certain before. */
const Unknown = z.object({
  kind: z.literal("unknown"),
  since: z.number(),
  deployment: DeploymentRef.optional(),
  last: RunningRelease.optional(),
});

/** There is no checkout on the host. */
const Nothing = z.object({ kind: z.literal("nothing"), since: z.number() });

const Settled = z.discriminatedUnion("kind", [Certain, Unknown, Nothing]);

/** A step that changes the application has begun and has not ended. */
const Between = z.object({
  kind: z.literal("between"),
  to: RunningRelease,
  since: z.number(),
  deployment: DeploymentRef,
  /** Names the one attempt of the step: begun again after a crash, it is the same. */
  run: z.string(),
  /** As it was before the step. */
  before: Settled,
});

export const RunningApplication = z.discriminatedUnion("kind", [Certain, Between, Unknown, Nothing]);
export type RunningApplication = z.output<typeof RunningApplication>;

/**
 * HEAD of the checkout. `moving`: a step that changes it has begun and has not ended well; HEAD is `to` or one of
 * `from`, which is absent where it was not known before.
 */
export const RunningFiles = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("at"), sha: Sha }),
  z.object({ kind: z.literal("moving"), from: z.array(Sha).optional(), to: Sha }),
]);
export type RunningFiles = z.output<typeof RunningFiles>;

/** Who wrote last: a writer with a smaller fence, or at an earlier step, changes nothing any more. */
const Order = z.object({ fence: z.number(), step: z.int(), ended: z.boolean() });
export type Order = z.output<typeof Order>;

/** All that is known of one host. */
export const HostEntry = z.object({
  schema: z.literal(1),
  application: RunningApplication,
  /** Absent where HEAD is not known. */
  files: RunningFiles.optional(),
  /** Somebody moved the checkout by hand: HEAD as it was read last. Absent where it is as recorded. */
  drift: z.object({ head: Sha, since: z.number() }).optional(),
  /** Release 0: what ran before the first deployment. It stays known as the first rollback point. */
  adopted: z.object({ release: RunningRelease, at: z.number() }).optional(),
  /** When the host was read last. */
  readAt: z.number().optional(),
  order: Order,
});
export type HostEntry = z.output<typeof HostEntry>;

/** What HEAD of a checkout is, as the host says. */
export type CheckoutReading =
  | { readonly kind: "checkout"; readonly release: RunningRelease }
  /** There is no checkout at that place. */
  | { readonly kind: "none" };

/** A deployment's step on one host. */
export interface RunningStep {
  readonly effect: StepEffect;
  readonly deployment: DeploymentRef;
  readonly release: RunningRelease;
  /** Names the one attempt of the step. */
  readonly run: string;
  readonly order: Order;
  readonly at: number;
}

export const FIRST_ORDER: Order = { fence: 0, step: -1, ended: true };

export function compareOrders(a: Order, b: Order): number {
  return a.fence - b.fence || a.step - b.step || Number(a.ended) - Number(b.ended);
}

/** Nothing is known: no deployment wrote, and the host was not read. */
export function unknownEntry(at: number): HostEntry {
  return { schema: 1, application: { kind: "unknown", since: at }, order: FIRST_ORDER };
}

/** A step with an effect is about to begin. Repeated, or from a late writer, it changes nothing. */
export function beginStep(entry: HostEntry, step: RunningStep): HostEntry {
  if (compareOrders(step.order, entry.order) <= 0) return entry;
  const { release, order } = step;
  const application = certainOf(entry);
  if (step.effect === "files") {
    const { drift: _, ...known } = entry;
    const from = possibleHeads(entry);
    return {
      ...known,
      application,
      files: { kind: "moving", ...(from && { from }), to: release.sha },
      order,
    };
  }
  return { ...entry, application: between(application, step), order };
}

function between(application: RunningApplication, step: RunningStep): RunningApplication {
  if (application.kind === "between" && application.run === step.run) return application;
  const { release: to, at: since, deployment, run } = step;
  const before = application.kind === "between" ? afterInterruption(application) : application;
  return { kind: "between", to, since, deployment, run, before };
}

/** The run of that name, which was about to begin, never did. */
export function undoBegin(entry: HostEntry, run: string, order: Order): HostEntry {
  const { application } = entry;
  if (application.kind !== "between" || application.run !== run) return entry;
  if (compareOrders(order, entry.order) <= 0) return entry;
  return { ...entry, application: application.before, order };
}

export type StepEnd =
  | "succeeded"
  /** It failed, and what it did before is not known. */
  | "failed"
  /** Its command was never started. */
  | "untouched";

/** A step with an effect has ended. Repeated, or from a late writer, it changes nothing. */
export function endStep(entry: HostEntry, step: RunningStep, end: StepEnd): HostEntry {
  if (compareOrders(step.order, entry.order) <= 0) return entry;
  const { order } = step;
  if (step.effect === "files") return { ...entry, ...filesAfter(entry, step, end), order };
  return { ...entry, application: applicationAfter(entry.application, step, end), order };
}

function filesAfter({ files }: HostEntry, { release }: RunningStep, end: StepEnd): Pick<HostEntry, "files"> {
  if (end === "succeeded") return { files: { kind: "at", sha: release.sha } };
  const [only, ...others] = files?.kind === "moving" ? (files.from ?? []) : [];
  if (end === "untouched" && only !== undefined && others.length === 0)
    return { files: { kind: "at", sha: only } };
  // HEAD was read while the step was under way, which may have moved it afterwards.
  if (end === "failed" && files?.kind === "at" && files.sha !== release.sha)
    return { files: { kind: "moving", from: [files.sha], to: release.sha } };
  return {};
}

function applicationAfter(
  application: RunningApplication,
  { release, deployment, at }: RunningStep,
  end: StepEnd,
): RunningApplication {
  if (end === "succeeded") return { kind: "release", release, since: at, deployment, source: "step" };
  if (end === "untouched") return application.kind === "between" ? application.before : application;
  const last = lastCertain(application);
  return { kind: "unknown", since: at, deployment, ...(last && { last }) };
}

/**
 * HEAD was read on the host. It confirms what is recorded, or says that somebody moved the checkout by hand. Where
 * nothing is recorded, the host's release is adopted as release 0.
 */
export function readHost(entry: HostEntry | undefined, reading: CheckoutReading, at: number): HostEntry {
  if (entry === undefined || isBlank(entry)) return adopt(entry, reading, at);
  const { drift, ...known } = entry;
  if (reading.kind === "none") return withoutCheckout(entry, at);
  const { sha } = reading.release;
  if (known.files === undefined) return { ...known, files: { kind: "at", sha }, readAt: at };
  const expected = possibleHeads(known);
  if (expected === undefined || expected.includes(sha))
    return { ...known, files: { kind: "at", sha }, readAt: at };
  return { ...known, drift: drift?.head === sha ? drift : { head: sha, since: at }, readAt: at };
}

/** The same for a reading beside a step that may still move HEAD: only that it has moved is for certain. */
export function readBeside(entry: HostEntry | undefined, reading: CheckoutReading, at: number): HostEntry {
  const read = readHost(entry, reading, at);
  if (entry?.files?.kind !== "moving" || entry.order.ended || reading.kind === "none") return read;
  return reading.release.sha === entry.files.to ? read : { ...read, files: entry.files };
}

/** An entry that says nothing: the first reading tells more. */
function isBlank({ application, files }: HostEntry): boolean {
  return (
    files === undefined &&
    (application.kind === "nothing" ||
      (application.kind === "unknown" &&
        application.deployment === undefined &&
        application.last === undefined))
  );
}

function adopt(entry: HostEntry | undefined, reading: CheckoutReading, at: number): HostEntry {
  const { schema, order, adopted } = entry ?? unknownEntry(at);
  if (reading.kind === "none") {
    const since = entry?.application.kind === "nothing" ? entry.application.since : at;
    return { schema, order, application: { kind: "nothing", since }, readAt: at };
  }
  const { release } = reading;
  return {
    ...{ schema, order, readAt: at },
    application: { kind: "release", release, since: at, source: "host" },
    files: { kind: "at", sha: release.sha },
    adopted: adopted ?? { release, at },
  };
}

/** The checkout is gone: what still runs, if anything, is not known. */
function withoutCheckout({ files: _, drift: __, ...known }: HostEntry, at: number): HostEntry {
  const last = lastCertain(known.application);
  const application =
    known.application.kind === "between" || known.application.kind === "unknown"
      ? known.application
      : ({ kind: "unknown", since: at, ...(last && { last }) } as const);
  return { ...known, application, readAt: at };
}

/** HEAD of the checkout, where it is known. */
export function headOf({ files, drift }: Pick<HostEntry, "files" | "drift">): Sha | undefined {
  if (drift !== undefined) return drift.head;
  return files?.kind === "at" ? files.sha : undefined;
}

/** What HEAD may be without anybody having moved the checkout by hand; undefined where it may be anything. */
function possibleHeads({ files, drift }: Pick<HostEntry, "files" | "drift">): Sha[] | undefined {
  if (drift !== undefined) return [drift.head];
  if (files?.kind === "at") return [files.sha];
  return files?.from && [...new Set([...files.from, files.to])];
}

/** What ran for certain last: what runs now, unless that is not known. */
export function lastCertain(application: RunningApplication): RunningRelease | undefined {
  switch (application.kind) {
    case "release":
      return application.release;
    case "between":
      return lastCertain(application.before);
    case "unknown":
      return application.last;
    case "nothing":
      return undefined;
  }
}

/** The application as it may be relied on: once the checkout was moved by hand, nobody knows what was started. */
export function certainOf({ application, drift }: HostEntry): RunningApplication {
  if (drift === undefined || application.kind !== "release") return application;
  return { kind: "unknown", since: drift.since, last: application.release };
}

/** A deployment that ended in the middle of its step: what the step did is not known. */
function afterInterruption({
  since,
  deployment,
  before,
}: z.output<typeof Between>): z.output<typeof Unknown> {
  const last = lastCertain(before);
  return { kind: "unknown", since, deployment, ...(last && { last }) };
}

export function releaseOf({ release }: DeploymentRecord): RunningRelease {
  const { sha, ref, subject, author, committedAt } = release;
  return { sha, ref, subject, author, ...(committedAt !== undefined && { committedAt }) };
}
