import { reading } from "../words/message-text.js";
import { readStatusWords } from "../words/read-status-words.js";
import type { History, Sample } from "./history.js";
import { type StatusTruth, statusFaults } from "./status-faults.js";
import type { Violation } from "./violation.js";

/** Each answer of `/status`, held against what the host had at that moment. */
export function statusViolations(history: History, unknowable: ReadonlySet<string>): readonly Violation[] {
  return (history.samples ?? []).flatMap((sample) => {
    const { status, environment, sha } = sample;
    if (status === undefined) return [];
    const truth = truthOf(sample, status.isLocked, history);
    return reading(() => statusFaults(readStatusWords(status.text), truth, unknowable)).map(
      (detail): Violation => ({ kind: "words", environment, sha, detail: `/status: ${detail}` }),
    );
  });
}

/** A sample is taken while nothing is under way. */
function truthOf(
  { host, environment }: Sample,
  isLocked: boolean,
  { deployments, samples = [] }: History,
): StatusTruth {
  const isShipped = (sha: string) => deployments.some((each) => each.sha === sha && each.isRollback !== true);
  return {
    hosts: [{ truth: host }],
    record: (number) =>
      deployments.find((each) => each.environment === environment && each.number === number),
    mayHaveRun: (sha) => !isShipped(sha) || samples.some(({ host: { application } }) => application === sha),
    ...{ isLocked, isFrozen: false, open: 0 },
  };
}
