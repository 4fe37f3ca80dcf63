import type { ProbeReason } from "../deployments/probe-reason.js";

interface Measured {
  /** The whole probe, from the first packet to the judgement. */
  readonly latencyMs: number;
  /** When the TLS certificate ends, in milliseconds since the epoch; only over https. */
  readonly certificateExpiresAt?: number;
}

/** What one probe found. */
export type ProbeResult =
  | (Measured & { readonly kind: "healthy" })
  | (Measured & {
      readonly kind: "unhealthy";
      readonly reason: ProbeReason;
      /** The end of what a command on a host printed, redacted. */
      readonly output?: string;
    });

/** What a kind of probe finds; the time is taken around it. */
export interface Finding {
  /** Absent where all is well. */
  readonly reason?: ProbeReason;
  readonly certificateExpiresAt?: number;
  readonly output?: string;
}

const UNANSWERED: ReadonlySet<ProbeReason["code"]> = new Set([
  "timed-out",
  "no-answer",
  "certificate-invalid",
  "host-unreachable",
]);

/** How long it took to find nothing there is no latency. */
export function hasAnswered(result: ProbeResult): boolean {
  return result.kind === "healthy" || !UNANSWERED.has(result.reason.code);
}
