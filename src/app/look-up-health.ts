import { setMaxListeners } from "node:events";
import { hostAsked } from "../config/health-checks.js";
import type { Config } from "../config/schema.js";
import type { ProbeReason } from "../deployments/probe-reason.js";
import type { Target } from "../deployments/record.js";
import type { Refusal } from "../deployments/refusal.js";
import { allTargets, type FoundTarget, findTarget } from "../deployments/targets.js";
import { underEither } from "../execution/either-signal.js";
import { HostPlaces } from "../execution/host-places.js";
import type { Probe } from "../health/create-prober.js";
import type { HealthSeries, HealthState } from "../health/health-series.js";
import type { HealthHistory } from "../health/history-store.js";
import { hasAnswered } from "../health/probe-result.js";
import { type ProbedCheck, type ProbeParts, probeEnvironment } from "./probe-environment.js";

/** As many as fit into one answer. */
const MAX_ENVIRONMENTS = 25;
/** Probes of one host under way for people, over all requests. */
const PROBES_PER_HOST = 10;
/** A check may be given up to 24 h; a person is not kept waiting for it. Milliseconds. */
const PATIENCE_MS = 60_000;

export interface HealthParts extends ProbeParts {
  readonly config: Config;
  readonly tools: ProbeParts["tools"] & { readonly closing: AbortSignal };
  /** Only read: what a person looks at is no part of the history, and alerts nobody. */
  readonly history: Pick<HealthHistory, "allSeries">;
  readonly now: () => number;
  /** Milliseconds after which what is still unanswered counts as unknown. @defaultValue 60 s */
  readonly patienceMs?: number;
}

export interface HealthRequest {
  readonly environment?: string;
  readonly project?: string;
}

/** What one check says now. */
export interface CheckHealth {
  readonly name: string;
  readonly state: HealthState;
  /** Milliseconds; absent where nothing answered. */
  readonly latencyMs?: number;
  /** Why it is down. What it quotes comes from outside. */
  readonly reason?: ProbeReason;
}

/** One environment, as it is now and as it was. */
export interface EnvironmentHealth {
  readonly target: Target;
  /** None where none is configured. */
  readonly checks: readonly CheckHealth[];
  /** When it was looked at: milliseconds since the epoch. */
  readonly at: number;
  /** Of the environment as a whole, one for each range. */
  readonly series: readonly HealthSeries[];
}

export interface HealthOverview {
  readonly environments: readonly EnvironmentHealth[];
  /** Environments that were left out, because there are too many. */
  readonly left: number;
}

export type HealthOutcome =
  | { readonly kind: "one"; readonly health: EnvironmentHealth }
  | { readonly kind: "overview"; readonly overview: HealthOverview }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Probes now, for people who ask. In an outage many ask at once: they share one look at an environment. */
export class HealthLookUp {
  readonly #parts: HealthParts;
  readonly #places = new HostPlaces(PROBES_PER_HOST);
  readonly #underWay = new Map<string, Promise<Pick<EnvironmentHealth, "checks" | "at">>>();

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /** `/health`: the environment that was named; all of them where none was, or where several have that name. */
  async lookUp({ environment, project }: HealthRequest): Promise<HealthOutcome> {
    const { config } = this.#parts;
    const targets = allTargets(config).filter(
      (target) =>
        (environment === undefined || target.environment === environment) &&
        (project === undefined || target.project === project),
    );
    const [first, ...others] = targets;
    if (first === undefined) {
      const found = findTarget(config, environment ?? "", project);
      if (found.kind === "refused") return found;
    } else if (environment !== undefined && others.length === 0) {
      return { kind: "one", health: await this.#healthOf(first) };
    }
    const shown = targets.slice(0, MAX_ENVIRONMENTS);
    const environments = await Promise.all(shown.map((target) => this.#healthOf(target)));
    return { kind: "overview", overview: { environments, left: targets.length - shown.length } };
  }

  async #healthOf(target: FoundTarget): Promise<EnvironmentHealth> {
    const { history, now } = this.#parts;
    const { project, environment } = target;
    const [look, series] = await Promise.all([
      this.#shared(target),
      history.allSeries({ project, environment }, now()),
    ]);
    return { target: { project, environment }, ...look, series };
  }

  #shared(target: FoundTarget): Promise<Pick<EnvironmentHealth, "checks" | "at">> {
    const key = `${target.project}/${target.environment}`;
    const running = this.#underWay.get(key);
    if (running !== undefined) return running;
    const look = this.#look(target).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, look);
    return look;
  }

  async #look(target: FoundTarget): Promise<Pick<EnvironmentHealth, "checks" | "at">> {
    const { tools, logger, now, patienceMs = PATIENCE_MS } = this.#parts;
    const at = now();
    const patience = new AbortController();
    setMaxListeners(0, patience.signal);
    const timer = setTimeout(
      () => patience.abort(new Error(`no answer within the ${patienceMs} ms that a person waits`)),
      patienceMs,
    );
    const probe = this.#within(patience.signal);
    try {
      const probed = await probeEnvironment({ tools: { probe }, logger }, target, tools.closing);
      return { at, checks: probed.map(checkHealth) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** A probe that waits for its place, and ends when the patience does. */
  #within(patience: AbortSignal): Probe {
    return (check, signal) =>
      underEither(patience, signal, async (either) => {
        const leave = await this.#places.acquire(hostAsked(check), either);
        try {
          return await this.#parts.tools.probe(check, either);
        } catch (error) {
          patience.throwIfAborted();
          throw error;
        } finally {
          leave?.();
        }
      });
  }
}

function checkHealth({ label, result }: ProbedCheck): CheckHealth {
  if (result === undefined) return { name: label, state: "unknown" };
  const latency = hasAnswered(result) ? { latencyMs: result.latencyMs } : {};
  if (result.kind === "healthy") return { name: label, state: "up", ...latency };
  return { name: label, state: "down", ...latency, reason: result.reason };
}
