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

/** Draws how long each step takes and how much it prints: bursts of lines with a pause before each. */
export function drawSteps(environment: string, random: Random): ShippedSteps {
  const drawn = STEP_NAMES.map((name) => {
    const [bursts, lines, pauseMs] = [random.integer(1, 4), random.integer(1, 30), random.integer(20, 300)];
    const total = bursts * lines;
    return {
      file: [`chaos/${name}`, `${bursts} ${lines} ${pauseMs / 1000}\n`] as const,
      step: {
        name,
        lines: Array.from({ length: total }, (_, n) => outputLine(environment, name, n + 1, total)),
      },
    };
  });
  return { files: Object.fromEntries(drawn.map(({ file }) => file)), steps: drawn.map(({ step }) => step) };
}
