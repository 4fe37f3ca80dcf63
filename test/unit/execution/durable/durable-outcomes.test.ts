import { describe, expect, it } from "vitest";
import { executePlan, type PlanProgress } from "../../../../src/execution/execute-plan.js";
import type { CommandOutcome } from "../../../../src/execution/remote-runner.js";
import type { CommandStep } from "../../../../src/strategies/step.js";

const step: CommandStep = {
  id: "restart:web",
  title: { code: "restart" },
  kind: "command",
  host: "web",
  argv: ["true"],
  timeoutSeconds: 1,
};

const done = async () => undefined;
const nothing = () => undefined;

function play(outcome: CommandOutcome, finished: string[] = []) {
  const progress: PlanProgress = {
    progressOf: () => "pending",
    stepStarted: done,
    stepFinished: async (_, failure) => void finished.push(failure?.code ?? "succeeded"),
    heading: nothing,
    output: nothing,
    stopRequested: async () => false,
    diagnosticsStarted: done,
  };
  const tools = {
    runner: { run: async () => outcome },
    follow: async () => outcome,
    probe: async () => ({ kind: "healthy", latencyMs: 1 }) as const,
    redaction: () => ({ write: (text: string) => text, end: () => "", isEmpty: true }),
    closing: new AbortController().signal,
  };
  return executePlan({ steps: [step], diagnostics: [] }, tools, progress);
}

describe("a plan whose durable step", () => {
  it("is indeterminate, is indeterminate too", async () => {
    expect(await play({ kind: "indeterminate", reason: "killed" })).toEqual({
      kind: "indeterminate",
      step,
      failure: { code: "runner-died", reason: "killed" },
    });
  });

  it("was cancelled, failed", async () => {
    expect(await play({ kind: "cancelled" })).toMatchObject({ kind: "failed", failure: { code: "killed" } });
  });

  it("is fenced, ends without a word about the step", async () => {
    const finished: string[] = [];

    await expect(play({ kind: "fenced", token: 7 }, finished)).rejects.toMatchObject({
      host: "web",
      token: 7,
    });
    expect(finished).toEqual([]);
  });
});
