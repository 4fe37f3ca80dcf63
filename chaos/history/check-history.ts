import { checkAudit } from "./check-audit.js";
import { checkExecutions } from "./check-executions.js";
import { checkMessages } from "./check-messages.js";
import { checkOutcome } from "./check-outcome.js";
import { checkOutput } from "./check-output.js";
import { checkReattachments } from "./check-reattachments.js";
import { checkTruth } from "./check-truth.js";
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
    ...checkTruth(history.samples ?? []),
    ...checkAudit(history),
  ];
}
