import { certificateCode } from "../certificate-code.js";
import type { HealthCheck } from "../config/health-checks.js";
import type { ProbeReason } from "../deployments/probe-reason.js";
import { underEither } from "../execution/either-signal.js";
import { HostPlaces } from "../execution/host-places.js";
import type { Release } from "../execution/ssh/semaphore.js";
import { probeCommand } from "./command-probe.js";
import { probeCompose } from "./compose-probe.js";
import { probeDisk } from "./disk-probe.js";
import { type HttpProbeParts, probeHttp } from "./http-probe.js";
import { ownShortage } from "./own-shortage.js";
import type { Finding, ProbeResult } from "./probe-result.js";
import { RestartMemory } from "./restart-memory.js";
import type { RemoteProbeParts } from "./run-on-host.js";
import { probeTcp } from "./tcp-probe.js";

export interface ProberParts extends RemoteProbeParts, Omit<HttpProbeParts, "elapsed" | "connected"> {}

interface RememberingParts extends ProberParts {
  readonly restarts: RestartMemory;
}

/**
 * Makes one attempt of a health check.
 * @throws the reason of the signal, and what is wrong with Slipway's own machine; what is wrong with what is probed is a
 *   result
 */
export type Probe = (check: HealthCheck, signal?: AbortSignal) => Promise<ProbeResult>;

/** Those of deployments have places of their own: looks that hang keep none of them from its turn. */
export interface Probers {
  /** For the monitoring, and for people who ask. */
  readonly look: Probe;
  /** For a deployment's health checks. */
  readonly step: Probe;
}

/** Together no more than the sessions that commands get on a host: a probe that has its place seldom waits for one. */
const LOOKS_PER_HOST = 3;
const STEPS_PER_HOST = 2;

/** Every probe ends within its time-out once it has its place, whatever the other side does, and leaves no connection behind. */
export function createProbers(parts: ProberParts): Probers {
  const remembering = { ...parts, restarts: new RestartMemory() };
  return {
    look: createProber(remembering, new HostPlaces(LOOKS_PER_HOST)),
    step: createProber(remembering, new HostPlaces(STEPS_PER_HOST)),
  };
}

function createProber(parts: RememberingParts, places: HostPlaces): Probe {
  return async (check, signal) => {
    const leave = await placeFor(check, places, signal);
    const startedAt = performance.now();
    const elapsed = () => Math.round(performance.now() - startedAt);
    let isConnected = false;
    const connected = () => {
      isConnected = true;
    };
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), check.timeout * 1000);
    try {
      const finding = await underEither(deadline.signal, signal, (either) =>
        probeOnce(check, { ...parts, elapsed, connected }, either),
      );
      return resultOf(finding, elapsed(), parts);
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline.signal.aborted) throw error;
      const silence = { code: "timed-out", seconds: check.timeout } as const;
      const reason = isConnected ? ({ ...silence, connected: true } as const) : silence;
      return { kind: "unhealthy", reason, latencyMs: elapsed() };
    } finally {
      clearTimeout(timer);
      leave?.();
    }
  };
}

/** Waits for its place on a host: that is Slipway's own time, and none of the check's. @throws the reason of the signal */
async function placeFor(
  check: HealthCheck,
  places: HostPlaces,
  signal?: AbortSignal,
): Promise<Release | undefined> {
  signal?.throwIfAborted();
  if (!("host" in check)) return undefined;
  const leave = await places.acquire(check.host, signal);
  if (leave === undefined) signal?.throwIfAborted();
  return leave;
}

function probeOnce(
  check: HealthCheck,
  parts: RememberingParts & HttpProbeParts,
  signal: AbortSignal,
): Promise<Finding> {
  switch (check.type) {
    case "http":
      return orNoAnswer(probeHttp(check, parts, signal), signal);
    case "tcp":
      return orNoAnswer(probeTcp(check, signal), signal);
    case "command":
      return probeCommand(check, parts, signal);
    case "compose":
      return probeCompose(check, parts, signal);
    case "disk":
      return probeDisk(check, parts, signal);
  }
}

/** The system's errors say what is wrong on the way, but for its shortages. Others are Slipway's own. */
async function orNoAnswer(probing: Promise<Finding>, signal: AbortSignal): Promise<Finding> {
  try {
    return await probing;
  } catch (error) {
    signal.throwIfAborted();
    const detail = systemCode(error);
    if (detail === undefined || ownShortage(error) !== undefined) throw error;
    return {
      reason: { code: certificateCode(error) !== undefined ? "certificate-invalid" : "no-answer", detail },
    };
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function resultOf(finding: Finding, latencyMs: number, parts: ProberParts): ProbeResult {
  const { reason, output, ...seen } = finding;
  if (reason === undefined) return { kind: "healthy", latencyMs, ...seen };
  const printed = output === undefined ? {} : { output };
  return { kind: "unhealthy", reason: redactReason(reason, parts), latencyMs, ...seen, ...printed };
}

/** An application may answer with the very secret that it was sent. */
function redactReason(reason: ProbeReason, { redaction }: ProberParts): ProbeReason {
  if (reason.code !== "json-mismatch" || reason.got === undefined) return reason;
  const redacted = redaction();
  return { ...reason, got: redacted.write(reason.got) + redacted.end() };
}
