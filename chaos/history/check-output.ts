import {
  type History,
  isAbout,
  nameOfStep,
  type PlannedStep,
  type RecordedDeployment,
  type Shipment,
} from "./history.js";
import type { Violation } from "./violation.js";

/** What a step printed is stored whole, once and in order; of a step that was cut off, what it printed until then. */
export function checkOutput({ logs, shipments, deployments }: History): readonly Violation[] {
  if (logs === undefined) return [];
  return shipments.flatMap((shipment) => {
    const record = deployments.find(isAbout(shipment));
    return record === undefined ? [] : checkLog(shipment, record, logs.get(record.id) ?? "");
  });
}

function checkLog(shipment: Shipment, record: RecordedDeployment, log: string): readonly Violation[] {
  const { environment, sha } = shipment;
  const lines = log.split("\n");
  return shipment.steps.flatMap((step) => {
    const fault = faultOf(step, lines, isWhole(step, record));
    if (fault === undefined) return [];
    return [{ kind: "output", environment, sha, deployment: record.id, detail: `${step.name}: ${fault}` }];
  });
}

function isWhole({ name }: PlannedStep, { steps }: RecordedDeployment): boolean {
  return steps.some(({ id, state }) => nameOfStep(id) === name && state === "succeeded");
}

function faultOf({ name, lines: wanted }: PlannedStep, log: readonly string[], whole: boolean) {
  const stored = log.filter((line) => line.startsWith(`${name} `));
  const wrong = stored.findIndex((line, index) => line !== wanted[index]);
  // A step may be cut off in the middle of a line, and of a character.
  const isCutOff = !whole && wrong === stored.length - 1;
  if (wrong >= 0 && !isCutOff) {
    return `line ${wrong + 1} of ${wanted.length} is ${quote(stored[wrong])} instead of ${quote(wanted[wrong])}`;
  }
  if (whole && stored.length < wanted.length) return `${stored.length} of ${wanted.length} lines are stored`;
  return undefined;
}

function quote(line: string | undefined): string {
  return line === undefined ? "nothing" : JSON.stringify(line);
}
