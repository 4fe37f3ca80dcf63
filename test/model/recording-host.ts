import { checkLabel } from "../../src/config/health-checks.js";
import type { PlanTools } from "../../src/execution/execute-plan.js";
import type { CommandOutcome, DurableRun } from "../../src/execution/remote-runner.js";
import type { StepFault } from "./actions.js";
import type { ExecutedStep } from "./oracle.js";
import { outside, touch } from "./simulated-process.js";

export interface Run {
  readonly deployment: string;
  readonly fault: StepFault | undefined;
  /** Told of each step before it takes effect. */
  readonly started: (step: ExecutedStep) => Promise<void>;
  /** While the step of this number runs, counted from 0. */
  readonly during: (number: number) => Promise<void>;
}

/** What is really on one host of one environment. */
export interface HostTruth {
  /** HEAD of the checkout. */
  files?: string | undefined;
  /** What the application was started from last. */
  application?: string | undefined;
  /** The deployment whose restart came last, and whether that restart ended well. */
  restart?: { readonly deployment: string; readonly endedWell: boolean };
}

/** What one step did on a host. */
export interface HostEvent {
  readonly host: string;
  readonly directory: string;
  readonly deployment: string;
  /** What it changes; `nothing` where it only looks or fetches. */
  readonly effect: "nothing" | "files" | "application";
  /** The commit that the checkout or the application is at since; absent where it is at what it was. */
  readonly sha?: string | undefined;
  readonly endedWell: boolean;
}

/** What hosts remember: each run, and the newest token. It outlives every process of Slipway. */
export class HostMemory {
  readonly #runs = new Map<string, CommandOutcome | "running">();
  readonly #fences = new Map<string, number>();
  readonly #truths = new Map<string, HostTruth>();
  /** The oldest first. */
  readonly events: HostEvent[] = [];

  /** What is really there, by the directory of the checkout. */
  truth(host: string, directory: string): HostTruth {
    const key = `${host}:${directory}`;
    const truth = this.#truths.get(key) ?? {};
    this.#truths.set(key, truth);
    return truth;
  }

  /**
   * Starts a run once; whoever comes later learns how it ended. An older token starts nothing. Who comes while it
   * runs does not stay so long: the run may be waiting for that very process.
   */
  async once({ id, fence }: DurableRun, start: () => Promise<CommandOutcome>): Promise<CommandOutcome> {
    const known = this.#runs.get(id);
    if (known !== undefined) return known === "running" ? { kind: "detached" } : known;
    const highest = this.#fences.get(fence?.key ?? "") ?? 0;
    if (fence !== undefined && fence.token < highest) return { kind: "fenced", token: highest };
    if (fence !== undefined) this.#fences.set(fence.key, fence.token);
    this.#runs.set(id, "running");
    let outcome: CommandOutcome = { kind: "indeterminate", reason: "the runner broke" };
    try {
      outcome = await outside(start);
    } finally {
      this.#runs.set(id, outcome);
    }
    return outcome;
  }

  /** Follows a run without starting it; one that was not begun never will be, for the token counts from now on. */
  async follow({ id, fence }: DurableRun): Promise<CommandOutcome | { readonly kind: "absent" }> {
    const known = this.#runs.get(id);
    if (known !== undefined) return known === "running" ? { kind: "detached" } : known;
    const highest = this.#fences.get(fence?.key ?? "") ?? 0;
    if (fence !== undefined && fence.token < highest) return { kind: "fenced", token: highest };
    if (fence !== undefined) this.#fences.set(fence.key, fence.token);
    return { kind: "absent" };
  }
}

/** What the steps of one run reach: everything is noted, nothing else happens. */
export function recordingTools(run: Run, memory: HostMemory): PlanTools {
  let count = 0;
  const closing = new AbortController().signal;
  const step = async (key: string, words: readonly string[], host?: string): Promise<CommandOutcome> => {
    const number = count++;
    await run.started({ deployment: run.deployment, key, words, host });
    await run.during(number);
    const endsWell = run.fault?.step !== number;
    if (host !== undefined) {
      const place = { host, directory: directoryIn(words), deployment: run.deployment, endedWell: endsWell };
      const effect = takeEffect(run, endsWell, words, memory.truth(host, place.directory));
      memory.events.push({ ...place, ...effect });
    }
    return outcomeOf(run, endsWell);
  };
  return {
    closing,
    secrets: new Map(),
    redaction: () => ({ write: (text) => text, end: () => "", isEmpty: true }),
    runner: {
      run: (host, { argv, directory = "", run: durable }, onOutput) => {
        const { files } = memory.truth(host, directoryIn([...argv, directory]));
        if (argv.includes("check-host") && files !== undefined) onOutput(`HEAD is ${files}\n`);
        // The script of a step says what it is; its path says whose.
        const words = [...argv, directory];
        const start = () => step(JSON.stringify([host, ...words]), words, host);
        return touch(() => (durable === undefined ? start() : memory.once(durable, start)));
      },
    },
    follow: (_host, durable) => touch(() => memory.follow(durable)),
    probeStep: async (check) => {
      const label = checkLabel(check);
      const { kind } = await touch(() => step(label, [label]));
      if (kind === "exited") return { kind: "healthy", latencyMs: 1 };
      return { kind: "unhealthy", latencyMs: 1, reason: { code: "no-answer", detail: "ECONNREFUSED" } };
    },
  };
}

/** Every command names the directory of its checkout. */
function directoryIn(words: readonly string[]): string {
  return words.find((word) => /^\/srv\/[a-z-]+$/.test(word)) ?? "";
}

/** A restart that fails, or whose end nobody hears, has started the application anew all the same. */
function takeEffect(
  { fault, deployment }: Run,
  endsWell: boolean,
  words: readonly string[],
  truth: HostTruth,
): Pick<HostEvent, "effect" | "sha"> {
  if (words.includes("reset")) {
    const sha = endsWell || fault?.kind !== "exits" ? words[words.indexOf("--hard") + 1] : undefined;
    truth.files = sha ?? truth.files;
    return { effect: "files", sha };
  }
  if (!words.some((word) => word === "restart" || word === "restart-otherwise")) return { effect: "nothing" };
  truth.application = truth.files;
  truth.restart = { deployment, endedWell: endsWell };
  return { effect: "application", sha: truth.application };
}

function outcomeOf({ fault }: Run, endsWell: boolean): CommandOutcome {
  if (endsWell || fault === undefined) return { kind: "exited", code: 0 };
  if (fault.kind === "throws") throw new Error("the runner broke");
  return fault.kind === "lost" ? { kind: "lost", reason: "the link is gone" } : { kind: "exited", code: 1 };
}
