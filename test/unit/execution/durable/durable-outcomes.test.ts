import { describe, expect, it } from "vitest";
import { executePlan, type PlanProgress, type PlanTools } from "../../../../src/execution/execute-plan.js";
import type { CommandOutcome, DurableRun, RemoteCommand } from "../../../../src/execution/remote-runner.js";
import { Secret } from "../../../../src/secret.js";
import type { CommandStep, HealthStep, Step } from "../../../../src/strategies/step.js";

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

interface Given {
  readonly finished?: string[];
  readonly commands?: RemoteCommand[];
  readonly steps?: readonly Step[];
  readonly secrets?: PlanTools["secrets"];
  readonly probe?: PlanTools["probeStep"];
  readonly stop?: PlanTools["stop"];
  readonly closing?: AbortSignal;
  readonly run?: DurableRun;
}

const isHealthy: PlanTools["probeStep"] = async () => ({ kind: "healthy", latencyMs: 1 });

function play(outcome: CommandOutcome, given: Given = {}) {
  const { finished = [], commands = [], steps = [step], secrets = new Map(), probe = isHealthy } = given;
  const { stop, run, closing = new AbortController().signal } = given;
  const progress: PlanProgress = {
    progressOf: () => "pending",
    stepStarted: async () => run,
    stepFinished: async (_, failure) => void finished.push(failure?.code ?? "succeeded"),
    rollbackPoint: async () => undefined,
    heading: nothing,
    output: nothing,
    stopRequested: async () => false,
    diagnosticsStarted: done,
  };
  const tools = {
    runner: {
      run: async (_host: string, command: RemoteCommand) => {
        commands.push(command);
        return outcome;
      },
    },
    follow: async () => outcome,
    ...{ probeStep: probe, secrets },
    redaction: () => ({ write: (text: string) => text, end: () => "", isEmpty: true }),
    closing,
    ...(stop && { stop }),
  };
  return executePlan({ steps, diagnostics: [] }, tools, progress);
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

    await expect(play({ kind: "fenced", token: 7 }, { finished })).rejects.toMatchObject({
      host: "web",
      token: 7,
    });
    expect(finished).toEqual([]);
  });
});

describe("a plan whose health check", () => {
  const url = "https://shop.example.com/";
  const check = { type: "http", url, status: 200, redirects: "answer", timeout: 5 } as const;
  const health: HealthStep = {
    ...{ id: "health:1", title: { code: "health" }, kind: "health" },
    check: { ...check, attempts: 2, interval: 0 },
  };
  const failing = (code: string) => ({
    steps: [health],
    probe: () => Promise.reject(Object.assign(new Error("not made"), { code })),
  });

  it("cannot be made for a shortage of Slipway's own, comes to an end", async () => {
    expect(await play({ kind: "exited", code: 0 }, failing("EMFILE"))).toMatchObject({
      kind: "failed",
      failure: { code: "unhealthy", attempts: 2, reason: { code: "no-answer", detail: "EMFILE" } },
    });
  });

  it("cannot be made for another fault, goes on later", async () => {
    await expect(play({ kind: "exited", code: 0 }, failing("EODD"))).rejects.toThrow("not made");
  });
});

describe("a plan that is to be stopped now", () => {
  const url = "https://shop.example.com/";
  const check = { type: "http", url, status: 200, redirects: "answer", timeout: 5 } as const;
  const health: HealthStep = {
    ...{ id: "health:1", title: { code: "health" }, kind: "health" },
    check: { ...check, attempts: 100, interval: 86_400 },
  };

  it("ends between two attempts of a health check", async () => {
    const requested = new AbortController();
    const probe: PlanTools["probeStep"] = async () => {
      setImmediate(() => requested.abort());
      return { kind: "unhealthy", reason: { code: "no-answer", detail: "ECONNREFUSED" }, latencyMs: 1 };
    };
    const stop = { requested: requested.signal, overdue: new AbortController().signal };

    expect(await play({ kind: "exited", code: 0 }, { steps: [health], probe, stop })).toMatchObject({
      kind: "failed",
      failure: { code: "killed", signal: "SIGTERM" },
    });
  });

  it("ends a probe that gets no answer", async () => {
    const requested = new AbortController();
    const probe: PlanTools["probeStep"] = (_check, signal) =>
      new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        requested.abort();
      });
    const stop = { requested: requested.signal, overdue: new AbortController().signal };

    expect(await play({ kind: "exited", code: 0 }, { steps: [health], probe, stop })).toMatchObject({
      failure: { code: "killed" },
    });
  });

  it("leaves a probe that waits to the next process when this one ends", async () => {
    const closing = new AbortController();
    const finished: string[] = [];
    const probe: PlanTools["probeStep"] = (_check, signal) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => resolve({ kind: "healthy", latencyMs: 1 }), 1_000);
        signal?.addEventListener("abort", () => {
          clearTimeout(late);
          reject(signal.reason);
        });
        closing.abort();
      });

    const given = { steps: [health], probe, finished, closing: closing.signal };
    expect(await play({ kind: "exited", code: 0 }, given)).toEqual({ kind: "detached" });
    expect(finished).toEqual([]);
  });

  it("tells the run when to wait no longer", async () => {
    const commands: RemoteCommand[] = [];
    const stop = { requested: new AbortController().signal, overdue: AbortSignal.abort() };

    await play({ kind: "exited", code: 0 }, { commands, stop, run: { id: "run" } });

    expect(commands.map(({ run }) => run?.stopOverdue)).toEqual([stop.overdue]);
  });
});

describe("a step with secrets", () => {
  const withSecret: CommandStep = { ...step, secrets: { TOKEN: { variable: "SHOP_TOKEN" } } };

  it("is given them where only its command sees them", async () => {
    const commands: RemoteCommand[] = [];
    const secrets = new Map([["variable:SHOP_TOKEN", new Secret("a-token")]]);

    await play({ kind: "exited", code: 0 }, { commands, secrets, steps: [withSecret] });

    expect(commands.map(({ secretEnvironment }) => secretEnvironment?.["TOKEN"]?.reveal())).toEqual([
      "a-token",
    ]);
    expect(commands[0]).not.toHaveProperty("environment");
    expect(commands[0]).not.toHaveProperty("secrets");
  });

  it("does not run without one of them", async () => {
    const commands: RemoteCommand[] = [];

    await expect(play({ kind: "exited", code: 0 }, { commands, steps: [withSecret] })).rejects.toThrow(
      "variable:SHOP_TOKEN",
    );
    expect(commands).toEqual([]);
  });
});
