import type { CheckResult, Sweep } from "./event.js";

/** What a machine whose own network is away gets as well: nothing of it comes from the other side. */
const SILENT_DETAILS: ReadonlySet<string> = new Set(["ETIMEDOUT", "EHOSTUNREACH", "EAI_AGAIN", "ENOTFOUND"]);
const SILENT_HOSTS: ReadonlySet<string> = new Set(["timeout", "dns", "jump", "lost"]);

/** The resolver did not answer at all: as a rule that is Slipway's own. */
const UNRESOLVED = "EAI_AGAIN";

/** What a failed sweep heard of the world. */
export interface Silence {
  /** The system's code, where the own resolver is silent. */
  readonly unresolved?: typeof UNRESOLVED;
}

/** @returns undefined where anything was heard: then it is the environment that fails, and not Slipway */
export function silenceOf({ checks }: Sweep): Silence | undefined {
  const failing = checks.filter(({ ok }) => !ok);
  if (failing.length === 0 || !failing.every(isSilent)) return undefined;
  const unresolved = failing.every(isUnresolved);
  const proof = unresolved ? checks.some(({ ok, named }) => ok && named) : checks.some(({ ok }) => ok);
  if (proof) return undefined;
  return unresolved ? { unresolved: UNRESOLVED } : {};
}

/** Whether the other side of the check answered, be it with an error. */
export function isHeard(check: CheckResult): boolean {
  return check.ok || !isSilent(check);
}

function isSilent({ ok, reason }: CheckResult): boolean {
  if (ok) return false;
  switch (reason?.code) {
    case "timed-out":
      return true;
    case "no-answer":
      return SILENT_DETAILS.has(reason.detail);
    case "host-unreachable":
      return SILENT_HOSTS.has(reason.reason);
    default:
      return false;
  }
}

function isUnresolved({ reason }: CheckResult): boolean {
  return reason?.code === "no-answer" && reason.detail === UNRESOLVED;
}
