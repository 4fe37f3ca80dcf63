import type { DeploymentRecord, StepRecord } from "../../deployments/record.js";
import type { Words } from "../locales/words.js";
import { duration, relativeTime, stepTitle } from "./format.js";

const ICON: Readonly<Record<StepRecord["state"], string>> = {
  pending: "▫️",
  running: "🔄",
  succeeded: "✅",
  failed: "❌",
  skipped: "⏭️",
};

/** About 2,000 of the description's 4,096 characters. */
export const SHOWN_STEPS = 15;
const BAR_LENGTH = 12;

/** One line a step; of a long plan, those around the step that matters now. */
export function stepLines(record: DeploymentRecord, words: Words, count = SHOWN_STEPS): string {
  const { steps } = record;
  const start = windowStart(steps, count);
  const shown = steps.slice(start, start + count);
  const severalHosts = new Set(steps.flatMap((step) => step.host ?? [])).size > 1;
  const lines = shown.map((step) => stepLine(step, words, severalHosts));
  const after = steps.length - start - shown.length;
  if (start > 0) lines.unshift(`… ${words.moreSteps(start)}`);
  if (after > 0) lines.push(`… ${words.moreSteps(after)}`);
  return lines.join("\n");
}

/** `▰▰▰▰▰▰▱▱▱▱▱▱ 50%`; in French `50 %`. */
export function progressBar(steps: readonly StepRecord[], { figures }: Words): string {
  const done = steps.filter((step) => step.state === "succeeded").length;
  const share = steps.length === 0 ? 0 : done / steps.length;
  const filled = Math.floor(share * BAR_LENGTH);
  return `${"▰".repeat(filled)}${"▱".repeat(BAR_LENGTH - filled)} ${Math.floor(share * 100)}${figures.percent}%`;
}

function windowStart(steps: readonly StepRecord[], count: number): number {
  const now = steps.findIndex((step) => step.state === "running" || step.state === "failed");
  const centre = now === -1 ? steps.findIndex((step) => step.state === "pending") : now;
  if (centre === -1) return Math.max(0, steps.length - count);
  return Math.max(0, Math.min(centre - Math.floor(count / 2), steps.length - count));
}

function stepLine(step: StepRecord, words: Words, withHost: boolean): string {
  const title = stepTitle(step.title, words);
  const host = withHost && step.host !== undefined ? ` · ${step.host}` : "";
  return `${ICON[step.state]} ${step.state === "running" ? `**${title}**` : title}${host}${timing(step, words)}`;
}

function timing({ state, startedAt, finishedAt }: StepRecord, words: Words): string {
  if (startedAt === undefined) return "";
  if (state === "running") return ` · ${relativeTime(startedAt)}`;
  return finishedAt === undefined ? "" : ` · ${duration(finishedAt - startedAt, words)}`;
}
