import { checkLabel } from "../../src/config/health-checks.js";
import type { PlanTools } from "../../src/execution/execute-plan.js";
import type { CommandOutcome } from "../../src/execution/remote-runner.js";
import type { StepFault } from "./actions.js";
import type { ExecutedStep } from "./oracle.js";
import { touch } from "./simulated-process.js";

export interface Run {
  readonly deployment: string;
  readonly fault: StepFault | undefined;
  /** Told of each step before it takes effect. */
  readonly started: (step: ExecutedStep) => Promise<void>;
  /** While the step of this number runs, counted from 0. */
  readonly during: (number: number) => Promise<void>;
}

/** What the steps of one run reach: everything is noted, nothing else happens. */
export function recordingTools(run: Run): PlanTools {
  let count = 0;
  const step = async (key: string, words: readonly string[], host?: string): Promise<CommandOutcome> =>
    touch(async () => {
      const number = count++;
      await run.started({ deployment: run.deployment, key, words, host });
      await run.during(number);
      return outcome(run.fault, number);
    });
  return {
    redaction: () => ({ write: (text) => text, end: () => "" }),
    runner: {
      run: (host, { argv, directory = "" }) => {
        // The script of a step says what it is; its path says whose.
        const words = [...argv, directory];
        return step(JSON.stringify([host, ...words]), words, host);
      },
    },
    probe: async (check) => {
      const label = checkLabel(check);
      const { kind } = await step(label, [label]);
      if (kind === "exited") return { kind: "healthy", latencyMs: 1 };
      return { kind: "unhealthy", latencyMs: 1, reason: { code: "no-answer", detail: "ECONNREFUSED" } };
    },
  };
}

function outcome(fault: StepFault | undefined, number: number): CommandOutcome {
  if (fault?.step !== number) return { kind: "exited", code: 0 };
  if (fault.kind === "throws") throw new Error("the runner broke");
  return fault.kind === "lost" ? { kind: "lost", reason: "the link is gone" } : { kind: "exited", code: 1 };
}
