import type { PlannedStep } from "../history/history.js";
import type { Random } from "../random.js";
import { outputLine } from "./step-script.js";

/** In the order of the plan; the part of the step's id before the colon. */
export const STEP_NAMES = ["before-1", "before-2", "restart", "after-1"] as const;

/** What one commit makes of the steps. */
export interface ShippedSteps {
  /** To be committed: path → content. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly PlannedStep[];
}

/** Exit codes that a shell gives for what it could not start are among them: a program may end with them as well. */
const EXIT_CODES = [1, 2, 126, 127, 255] as const;

/**
 * Draws how long each step takes and how much it prints: bursts of lines with a pause before each.
 * @param troubled whether one of the steps may fail
 */
export function drawSteps(environment: string, random: Random, troubled: boolean): ShippedSteps {
  const failing = troubled && random.next() < 0.6 ? random.pick(STEP_NAMES) : undefined;
  const drawn = STEP_NAMES.map((name) => {
    const failure = name === failing ? drawFailure(random) : undefined;
    const [bursts, lines, pauseMs] = [random.integer(1, 4), random.integer(1, 30), random.integer(20, 300)];
    const total = bursts * lines;
    return {
      file: [`chaos/${name}`, `${bursts} ${lines} ${pauseMs / 1000} ${wordsOf(failure)}\n`] as const,
      step: {
        name,
        ...(failure && { failure }),
        lines: Array.from({ length: total }, (_, n) => outputLine(environment, name, n + 1, total)),
      },
    };
  });
  return { files: Object.fromEntries(drawn.map(({ file }) => file)), steps: drawn.map(({ step }) => step) };
}

/** The commit before all others has nothing to read for the steps: its first one fails. */
export const stepsBeforeAll: Pick<ShippedSteps, "steps"> = {
  steps: STEP_NAMES.map((name, index) => ({
    ...{ name, lines: [] },
    ...(index === 0 && { failure: { when: "early", exitCode: 2 } as const }),
  })),
};

type StepFailure = NonNullable<PlannedStep["failure"]>;

function drawFailure(random: Random): StepFailure {
  return { when: random.pick(["early", "late"] as const), exitCode: random.pick(EXIT_CODES) };
}

function wordsOf(failure: StepFailure | undefined): string {
  return failure === undefined ? "never 0" : `${failure.when} ${failure.exitCode}`;
}
