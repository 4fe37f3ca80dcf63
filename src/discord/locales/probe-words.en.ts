import type { NotRunFacts } from "../../deployments/not-run.js";
import type { ProbeReason } from "../../deployments/probe-reason.js";
import { fullTime } from "./full-time.js";

/** Why a host could not be reached, by the code of the SSH adapter. */
const unreachableEn: ReadonlyMap<string, string> = new Map([
  ["refused", "it refuses the connection"],
  ["timeout", "no answer in time"],
  ["dns", "its name is not known"],
  ["auth", "it does not accept the key"],
  ["host-key", "it shows a key that is not in the configuration"],
  ["jump", "the jump host does not let it through"],
  ["protocol", "the other side does not speak SSH as expected"],
  ["unfit", "it lacks a program that Slipway needs there"],
  ["busy", "a step of another deployment is still at work there"],
  ["not-run", "it accepts the sign-in but does not run commands"],
  ["lost", "the connection was lost"],
  ["no-space", "no space left there"],
  ["bad-fence", "the fencing token there is not plausible"],
  ["nonsense", "its runner gives no valid answer"],
]);

/** Why a host that answers starts nothing, and what to do about it; follows a colon. */
export function notStartedEn({
  reason,
  detail = "?",
}: {
  reason: string;
  detail?: string | undefined;
}): string {
  switch (reason) {
    case "no-space":
      return `no space left in \`${detail}\`. Free blocks or inodes there, then retry.`;
    case "bad-fence":
      return `the fencing token in \`${detail}\` is not plausible. Check the clocks, delete that file on the host, then retry.`;
    case "nonsense":
      return `the runner on the host gives no valid answer (\`${detail}\`).`;
    case "unfit":
      return `the host is not ready for Slipway (\`${detail}\`).`;
    default:
      return `${unreachableEn.get(reason) ?? reason}.`;
  }
}

export function probeReasonEn(reason: ProbeReason): string {
  switch (reason.code) {
    case "status":
      return `status ${reason.got} instead of ${reason.expected}`;
    case "text-missing":
      return `the answer does not contain \`${reason.expected}\``;
    case "timed-out":
      return `no answer within ${reason.seconds} s`;
    case "no-answer":
      return `no answer (${reason.detail})`;
    case "not-json":
      return "the answer is not JSON";
    case "json-mismatch":
      return reason.got === undefined
        ? `the answer has no field \`${reason.path}\``
        : `\`${reason.path}\` is \`${reason.got}\` instead of \`${JSON.stringify(reason.expected)}\``;
    case "too-slow":
      return `too slow: ${reason.tookMs} ms instead of at most ${reason.limitMs} ms`;
    case "certificate-expires":
      return `the TLS certificate ends on ${fullTime(reason.expiresAt)}`;
    case "certificate-invalid":
      return `the TLS certificate is not valid (${CERTIFICATE.get(reason.detail) ?? `\`${reason.detail}\``})`;
    case "redirect-refused":
      return `it redirects to \`${reason.to}\`, which is not in the configuration`;
    case "too-many-redirects":
      return `it redirects more than ${reason.limit} times`;
    case "exited":
      return `the command ended with exit code ${reason.exitCode}${saying(reason.said)}`;
    case "killed":
      return `the command was ended by signal ${reason.signal}${saying(reason.said)}`;
    case "containers":
      return containers(reason);
    case "disk-low":
      return `${amount(reason.free, reason.unit)} free on \`${reason.path}\` instead of ${amount(reason.minimum, reason.unit)}`;
    case "unreadable":
      return "the host's answer could not be understood";
    case "host-unreachable":
      return `the host ${reason.host} could not be reached (${unreachableBecauseEn(reason)})`;
    case "not-run":
      return `the host ${reason.host} did not run the command ${notRunEn(reason)}`;
  }
}

/** Why a host could not be reached, with its own words where it refused the sign-in. */
export function unreachableBecauseEn({ reason, said }: Unreachable): string {
  const why = unreachableEn.get(reason) ?? reason;
  return said === undefined ? why : `${why}; the host said: \`${said}\``;
}

interface Unreachable {
  readonly reason: string;
  readonly said?: string | undefined;
}

/** Why a host that accepted the sign-in did not run a command, with its own words. */
export function notRunEn({ said, exitCode, seconds }: NotRunFacts): string {
  const how = [
    ...(exitCode === undefined ? [] : [`its login shell ended with exit code ${exitCode}`]),
    ...(seconds === undefined ? [] : [`no answer within ${seconds} s`]),
    said === undefined ? "the host said nothing" : `the host said: \`${said}\``,
  ];
  return `(${how.join("; ")})`;
}

function saying(said: string | undefined): string {
  return said === undefined ? "" : `: \`${said}\``;
}

const CERTIFICATE: ReadonlyMap<string, string> = new Map([
  ["CERT_HAS_EXPIRED", "it has expired"],
  ["CERT_NOT_YET_VALID", "it is not valid yet"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "it is for another name"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "it is signed by itself"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its authority is not known"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "its chain is not complete, or its authority not known"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "its authority is not known"],
]);

function containers({ faults, more }: Extract<ProbeReason, { code: "containers" }>): string {
  if (faults.length === 0) return "there is no container";
  const named = faults.map(({ name, state }) => `\`${name}\` (${CONTAINER.get(state) ?? state})`).join(", ");
  return `containers: ${named}${more === 0 ? "" : `, and ${more} more`}`;
}

const CONTAINER: ReadonlyMap<string, string> = new Map([
  ["absent", "not there"],
  ["created", "not started"],
  ["exited", "stopped"],
  ["dead", "dead"],
  ["paused", "paused"],
  ["restarting", "restarts again and again"],
  ["unhealthy", "unhealthy"],
]);

function amount(value: number, unit: "percent" | "megabytes"): string {
  return unit === "percent" ? `${value}%` : `${value} MB`;
}
