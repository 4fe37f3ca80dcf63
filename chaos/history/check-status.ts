import { reading } from "../words/message-text.js";
import { readStatusWords, type StatusWords } from "../words/read-status-words.js";
import { claimFaults, short } from "./check-truth.js";
import type { Claim, History, Sample } from "./history.js";
import type { Violation } from "./violation.js";

/** Each answer of `/status`, held against what the host had at that moment. */
export function statusViolations(history: History, unknowable: ReadonlySet<string>): readonly Violation[] {
  return (history.samples ?? []).flatMap((sample) => {
    const { status, environment, sha } = sample;
    if (status === undefined) return [];
    return reading(() => statusFaults(readStatusWords(status.text), sample, history, unknowable)).map(
      (detail): Violation => ({ kind: "words", environment, sha, detail: `/status: ${detail}` }),
    );
  });
}

function statusFaults(
  words: StatusWords,
  sample: Sample,
  { deployments, samples = [] }: History,
  unknowable: ReadonlySet<string>,
): readonly string[] {
  const { host, status, environment } = sample;
  const record = (number: number) =>
    deployments.find((each) => each.environment === environment && each.number === number);
  const faults = [...claimFaults({ host, claim: claimOf(words) }, unknowable)];
  const { runs, last, isLocked = false, isFrozen, open } = words;
  if (runs.kind === "release" && runs.deployment !== undefined) {
    const through = record(runs.deployment);
    if (through?.id !== host.deployment || through?.sha !== runs.sha)
      faults.push(`says that #${runs.deployment} brought ${short(runs.sha)}`);
    if ((runs.failed === true) !== (through?.state !== "succeeded"))
      faults.push(`says that #${runs.deployment} ${runs.failed ? "failed" : "did not fail"}`);
  }
  if (runs.kind === "unknown" && runs.last !== undefined) {
    const restarted = samples.some(({ host: { application } }) => application === runs.last);
    const isShipped = deployments.some(({ sha, isRollback }) => sha === runs.last && isRollback !== true);
    if (isShipped && !restarted) faults.push(`says that ${short(runs.last)} ran for certain`);
  }
  if (last !== undefined && record(last.number)?.state !== last.state)
    faults.push(`says that #${last.number} ended as ${last.state}`);
  if (isLocked !== status?.isLocked) faults.push(`says that it is ${isLocked ? "" : "not "}locked`);
  if (isFrozen) faults.push("says that it is frozen");
  if (open) faults.push("says that deployments run or wait");
  return faults;
}

/** What is not said of the checkout is that it is where the application is from. */
function claimOf({ runs, head, unanswered }: StatusWords): Claim {
  const files = head ?? (runs.kind === "release" && !unanswered ? runs.sha : undefined);
  switch (runs.kind) {
    case "release":
      return { application: { kind: "release", sha: runs.sha }, files };
    case "between":
      return { application: { kind: "between", from: runs.from, to: runs.to }, files };
    default:
      return { application: { kind: runs.kind }, files };
  }
}
