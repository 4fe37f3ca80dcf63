import type { CheckResult } from "./event.js";

/**
 * The reasons that a dead machine gives. Refused connections are among them: that is what a machine answers whose
 * proxy or container engine is gone.
 */
const WITHOUT_ANSWER: ReadonlySet<string> = new Set(["no-answer", "timed-out", "host-unreachable"]);

/** The one host that explains every failing check: nothing on it gave an answer. */
export function deadHost(checks: readonly CheckResult[]): string | undefined {
  const [first, ...others] = checks.filter(({ ok }) => !ok);
  const host = first?.host;
  if (host === undefined || others.some((other) => other.host !== host)) return undefined;
  const dead = checks
    .filter((check) => check.host === host)
    .every(({ ok, reason }) => !ok && WITHOUT_ANSWER.has(reason?.code ?? ""));
  return dead ? host : undefined;
}
