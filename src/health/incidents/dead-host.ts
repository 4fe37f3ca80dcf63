import type { FailingCheck } from "./incident.js";

/**
 * The reasons that a dead machine gives. Refused connections are among them: that is what a machine answers whose
 * proxy or container engine is gone.
 */
const WITHOUT_ANSWER: ReadonlySet<string> = new Set(["no-answer", "timed-out", "host-unreachable"]);

/** The one host that explains every failing check: nothing on it gave an answer. */
export function deadHost(failing: readonly FailingCheck[]): string | undefined {
  const [first, ...others] = failing;
  if (first?.host === undefined || others.some(({ host }) => host !== first.host)) return undefined;
  return failing.every(({ reason }) => WITHOUT_ANSWER.has(reason?.code ?? "")) ? first.host : undefined;
}
