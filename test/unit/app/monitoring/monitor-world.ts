import type {
  IncidentMessages,
  MonitorParts,
  MonitorQueue,
  Told,
} from "../../../../src/app/monitoring/monitor-parts.js";
import { tellMonitoring } from "../../../../src/app/monitoring/tell-monitoring.js";
import type { ReadLogsParts } from "../../../../src/app/read-logs.js";
import type { Target } from "../../../../src/deployments/record.js";
import { HealthHistory } from "../../../../src/health/history-store.js";
import type { Blindness } from "../../../../src/health/incidents/board.js";
import type { CheckResult } from "../../../../src/health/incidents/event.js";
import type { Incident } from "../../../../src/health/incidents/incident.js";
import { IncidentStore } from "../../../../src/health/incidents/incident-store.js";
import { watchOf } from "../../../../src/health/incidents/watched.js";
import type { ProbeResult } from "../../../../src/health/probe-result.js";
import { ProbeTurns } from "../../../../src/health/probe-turns.js";
import type { RedisFixture } from "../../../integration/store/redis-fixture.js";
import { configWith, environmentInput } from "../../deployments/samples.js";
import { MemoryQueues, type World } from "../ports.js";
import { APPROVE_ROLE, DEPLOY_ROLE, productionWorld } from "../production.js";

/** Remembers what was asked for. */
export class MemoryMonitorQueues extends MemoryQueues implements MonitorQueue {
  readonly probes: string[] = [];
  readonly lanes: string[] = [];

  async addProbe({ environment }: Target, at: number): Promise<void> {
    this.probes.push(`${environment} ${at}`);
  }

  async addEffects(lane: string): Promise<void> {
    this.lanes.push(lane);
  }
}

/** Remembers what people would have read: `open`, `edit` and so on, with the incident's environments. */
export class MemoryMessages implements IncidentMessages {
  readonly told: string[] = [];
  /** The roles that were notified, as Discord does it: an edit notifies nobody. */
  readonly notified: string[] = [];
  readonly #made = new Set<string>();
  /** What Discord does instead of taking a message, by the incident's id. */
  readonly refuses = new Set<string>();
  answer: Told = { kind: "done" };

  async show(incident: Incident, notified: readonly string[]): Promise<Told> {
    this.#tell("show", incident);
    if (!this.#made.has(incident.id)) this.notified.push(...notified);
    this.#made.add(incident.id);
    return this.answer;
  }

  async call(incident: Incident, { roles }: Parameters<IncidentMessages["call"]>[1]): Promise<void> {
    this.#tell("call", incident);
    this.notified.push(...roles);
  }

  async recover(incident: Incident): Promise<Told> {
    this.#tell("recover", incident);
    return { kind: "done" };
  }

  async summarize({ channelId }: { readonly channelId: string }): Promise<void> {
    this.told.push(`summary ${channelId}`);
  }

  async reportBlindness({ until }: Blindness): Promise<Told> {
    this.told.push(until === undefined ? "blind" : "sees again");
    return this.answer;
  }

  #tell(what: string, { id, members }: Incident): void {
    if (this.refuses.has(id)) throw new Error("Discord does not take it");
    this.told.push(`${what} ${members.map(({ environment }) => environment).join(" ")}`);
  }
}

export interface MonitorWorld {
  readonly world: World;
  readonly parts: MonitorParts & Pick<ReadLogsParts, "readHost">;
  readonly queues: MemoryMonitorQueues;
  readonly messages: MemoryMessages;
  /** What the probes find; undefined where Slipway itself fails. */
  readonly finds: { result: ProbeResult | undefined; during?: () => Promise<unknown> };
}

export const HEALTHY: ProbeResult = { kind: "healthy", latencyMs: 12 };
export const UNHEALTHY: ProbeResult = {
  kind: "unhealthy",
  latencyMs: 34,
  reason: { code: "status", expected: 200, got: 500 },
};

/** What its monitoring works with, over a real Redis. Every failed probe is confirmed at once. */
export function monitorWorld(fixture: RedisFixture, monitor: object = {}): MonitorWorld {
  const roles = { deploy: [DEPLOY_ROLE], approve: [APPROVE_ROLE] };
  const watched = {
    ...{ roles, health: [{ url: "https://shop.example.com/healthz" }] },
    ...{ logs: [{ name: "web", file: "/var/log/web.log" }] },
    monitor: { confirm: { retries: 0 }, ...monitor },
  };
  const config = configWith({
    uat: environmentInput(watched),
    prod: environmentInput({ ...watched, approval: { rollbacks: true } }),
  });
  const world = productionWorld(fixture, config);
  const queues = new MemoryMonitorQueues();
  const messages = new MemoryMessages();
  const finds: MonitorWorld["finds"] = { result: HEALTHY };
  const probe = async () => {
    await finds.during?.();
    if (finds.result === undefined) throw new Error("Slipway's own fault");
    return finds.result;
  };
  const parts: MonitorWorld["parts"] = {
    ...world.parts,
    ...{ queues, messages, watch: watchOf(config) },
    ...{ incidents: new IncidentStore(fixture.redis), history: new HealthHistory(fixture.redis) },
    turns: new ProbeTurns(fixture.redis),
    readHost: async ({ host }) => ({ host, text: "all is well\n", shortened: false }),
    tools: { probe, closing: new AbortController().signal },
  };
  return { world, parts, queues, messages, finds };
}

/** Has an environment go down. @returns its incident */
export async function down({ parts }: MonitorWorld, target: Target, host?: string): Promise<Incident> {
  const reason = { code: "no-answer", detail: "ECONNREFUSED" } as const;
  const checks: readonly CheckResult[] = [{ id: "check", ok: false, reason, host }];
  const { board } = await tellMonitoring(parts, { kind: "swept", target, at: parts.now(), checks });
  const incident = Object.values(board.incidents).find(({ members }) =>
    members.some(({ environment }) => environment === target.environment),
  );
  if (incident === undefined) throw new Error(`${target.environment} is not down`);
  return incident;
}
