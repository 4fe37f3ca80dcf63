import type { ProbeReason } from "../deployments/probe-reason.js";
import { describeNotRun } from "./host-unreachable-error.js";

/** For the log of a deployment, which is English. */
export function describeReason(reason: ProbeReason): string {
  switch (reason.code) {
    case "status":
      return `status ${reason.got} instead of ${reason.expected}`;
    case "text-missing":
      return `${JSON.stringify(reason.expected)} was not found`;
    case "timed-out":
      return `no answer within ${reason.seconds} s`;
    case "no-answer":
      return `no answer (${reason.detail})`;
    case "not-json":
      return "the body is not JSON";
    case "json-mismatch":
      return `${reason.path} is ${reason.got ?? "absent"} instead of ${JSON.stringify(reason.expected)}`;
    case "too-slow":
      return `${reason.tookMs} ms instead of at most ${reason.limitMs} ms`;
    case "certificate-expires":
      return `the certificate ends at ${new Date(reason.expiresAt).toISOString()}`;
    case "certificate-invalid":
      return `the certificate is not valid (${reason.detail})`;
    case "redirect-refused":
      return `a redirect to ${reason.to}, which is not configured`;
    case "too-many-redirects":
      return `more than ${reason.limit} redirects`;
    case "exited":
      return `exit code ${reason.exitCode}${saying(reason.said)}`;
    case "killed":
      return `ended by signal ${reason.signal}${saying(reason.said)}`;
    case "containers":
      return describeContainers(reason);
    case "disk-low":
      return `${reason.free} ${reason.unit} free instead of ${reason.minimum}`;
    case "unreadable":
      return "the answer of the host makes no sense";
    case "host-unreachable":
      return `the host ${reason.host} could not be asked (${reason.reason})`;
    case "not-run":
      return `${reason.host}: ${describeNotRun(reason)}`;
  }
}

function saying(said: string | undefined): string {
  return said === undefined ? "" : `: ${said}`;
}

function describeContainers({ faults, more }: Extract<ProbeReason, { code: "containers" }>): string {
  if (faults.length === 0) return "there is no container";
  const named = faults.map(({ name, state }) => `${name} is ${state}`).join(", ");
  return more === 0 ? named : `${named}, and ${more} more`;
}
