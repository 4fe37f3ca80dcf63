import type { CheckResult, Sweep } from "./event.js";

/** What a machine whose own network is away gets as well: nothing of it need come from the other side. */
const SILENT_DETAILS: ReadonlySet<string> = new Set([
  ...["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN", "ENOTFOUND"],
]);
const SILENT_HOSTS: ReadonlySet<string> = new Set(["timeout", "dns", "jump", "lost"]);

/** As a rule it is the own resolver that did not answer at all, and the own machine that has no route. */
const UNRESOLVED = "EAI_AGAIN";
const UNROUTED = "ENETUNREACH";
/** Slipway uses every session of a host: that is no fault of its network. */
const IN_USE = "EBUSY";

/** What a failed sweep heard of the world. */
export interface Silence {
  /** The system's code, where it tells of Slipway's own machine: without any witness, that is what failed. */
  readonly local?: string;
  /** The resolver is silent, so that only what is asked by a name is a witness. */
  readonly unresolved?: true;
}

/** @returns undefined where anything was heard: then it is the environment that fails, and not Slipway */
export function silenceOf({ checks, own }: Sweep): Silence | undefined {
  const failing = checks.filter(({ ok }) => !ok);
  if (failing.length === 0 || !failing.every(isSilent)) return undefined;
  const unresolved = failing.some((check) => detailOf(check) === UNRESOLVED);
  const heard = checks.some(({ ok, named }) => ok && (!unresolved || named));
  if (heard) return undefined;
  if (unresolved) return { local: UNRESOLVED, unresolved };
  const local = failing.some((check) => detailOf(check) === UNROUTED) ? UNROUTED : own;
  return local === undefined || local === IN_USE ? {} : { local };
}

/** Whether the other side of the check answered, be it with an error. */
export function isHeard(check: CheckResult): boolean {
  return check.ok || !isSilent(check);
}

function isSilent(check: CheckResult): boolean {
  const { ok, reason } = check;
  if (ok) return false;
  switch (reason?.code) {
    case "timed-out":
      return reason.connected !== true;
    case "no-answer":
      return SILENT_DETAILS.has(reason.detail);
    case "host-unreachable":
      return SILENT_HOSTS.has(reason.reason);
    default:
      return false;
  }
}

function detailOf({ reason }: CheckResult): string | undefined {
  return reason?.code === "no-answer" ? reason.detail : undefined;
}
