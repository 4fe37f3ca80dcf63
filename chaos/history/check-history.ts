import { checkAudit } from "./check-audit.js";
import { checkExecutions } from "./check-executions.js";
import { checkMessages } from "./check-messages.js";
import { checkOutcome } from "./check-outcome.js";
import { checkOutput } from "./check-output.js";
import { checkReattachments } from "./check-reattachments.js";
import { checkTruth } from "./check-truth.js";
import { checkWords } from "./check-words.js";
import type { History } from "./history.js";
import type { Violation } from "./violation.js";

/** Holds what happened against what is promised. Pure: the same history gives the same violations. */
export function checkHistory(history: History): readonly Violation[] {
  return [
    ...checkExecutions(history),
    ...history.shipments.flatMap((shipment) => checkOutcome(history, shipment)),
    ...checkOutput(history),
    ...checkMessages(history),
    ...checkReattachments(history),
    ...checkTruth(history.samples ?? [], killedShas(history)),
    ...checkWords(history, killedShas(history)),
    ...checkAudit(history),
  ];
}

/** Commits of which the runner of a step was killed: nobody can know what that step did. */
function killedShas({ deployments, killedRunners }: History): ReadonlySet<string> {
  const killed = new Set(killedRunners.map(({ deployment }) => deployment));
  return new Set(deployments.filter(({ id }) => killed.has(id)).map(({ sha }) => sha));
}
