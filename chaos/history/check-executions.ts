import type { Execution, History } from "./history.js";
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
    const key = `${line.environment} ${line.sha} ${line.step}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return groups;
}

/** A step whose runner was killed is ended without a word, so nothing is held against it. */
function overlapped({ executions, deployments, killedRunners }: History): readonly Violation[] {
  const killed = new Set(killedRunners.map(({ deployment }) => deployment));
  const excused = new Set(deployments.filter(({ id }) => killed.has(id)).map(({ sha }) => sha));
  const open = new Map<string, Map<number, Execution>>();
  const violations: Violation[] = [];
  for (const line of executions) {
    if (excused.has(line.sha) || line.phase === "touch") continue;
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

function overlap({ environment, sha, step }: Execution, other: Execution): Violation {
  const detail = `${step} began while ${other.step} of ${other.sha.slice(0, 7)} had not ended`;
  return { kind: "overlapped", environment, sha, detail };
}
