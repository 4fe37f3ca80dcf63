import { type Execution, type History, isOf } from "./history.js";
import type { Violation } from "./violation.js";

/** At most once, and one at a time on an environment: read from the hosts alone. */
export function checkExecutions(history: History): readonly Violation[] {
  return [...ranTwice(history.executions), ...overlapped(history)];
}

function ranTwice(executions: readonly Execution[]): readonly Violation[] {
  return [...beginsByStep(executions).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length === 1) return [];
    const { environment, sha, step } = first;
    const pids = same.map(({ pid }) => pid).join(", ");
    const detail = `${step} began ${same.length} times, as the processes ${pids}`;
    return [{ kind: "ran-twice", environment, sha, detail }];
  });
}

function beginsByStep(executions: readonly Execution[]): ReadonlyMap<string, readonly Execution[]> {
  const groups = new Map<string, Execution[]>();
  for (const line of executions) {
    if (line.phase !== "begin") continue;
    const key = `${line.environment} ${line.sha} ${line.step} ${line.deployment}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return groups;
}

/** A step that was killed, stopped, or that fails ends without a word, so nothing is held against it. */
function overlapped(history: History): readonly Violation[] {
  const { executions } = history;
  const excused = endedWithoutWord(history);
  const open = new Map<string, Map<number, Execution>>();
  const violations: Violation[] = [];
  for (const line of executions) {
    if (excused(line) || line.phase === "touch") continue;
    const running = open.get(line.environment) ?? new Map<number, Execution>();
    open.set(line.environment, running);
    if (line.phase === "end") {
      running.delete(line.pid);
      continue;
    }
    for (const other of running.values()) violations.push(overlap(line, other));
    running.set(line.pid, line);
  }
  return violations;
}

function endedWithoutWord({ deployments, killedRunners, cancelled, shipments }: History) {
  const disturbed = new Set([...killedRunners.map(({ deployment }) => deployment), ...(cancelled ?? [])]);
  // Somebody who moves the checkout by hand meanwhile gives the lines of a deployment another commit.
  const isDisturbed = (line: Execution) =>
    deployments.some((record) => disturbed.has(record.id) && isOf(record)(line));
  const failing = new Set(
    shipments.flatMap(({ sha, steps }) =>
      steps.filter(({ failure }) => failure !== undefined).map(({ name }) => `${sha} ${name}`),
    ),
  );
  return (line: Execution): boolean => isDisturbed(line) || failing.has(`${line.sha} ${line.step}`);
}

function overlap({ environment, sha, step, deployment }: Execution, other: Execution): Violation {
  const owner = other.deployment === undefined ? "" : `, deployment ${other.deployment},`;
  const detail = `${step} began while ${other.step} of ${other.sha.slice(0, 7)}${owner} had not ended`;
  return { kind: "overlapped", environment, sha, detail, ...(deployment !== undefined && { deployment }) };
}
