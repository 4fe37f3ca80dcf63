import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import { Redis } from "ioredis";
import type { Channel, MessageView } from "../../sandbox/discord/types.js";
import { claimPort } from "../../sandbox/host/claim-port.js";
import type { RawConfig, RawEnvironment, Sandbox, SandboxWorld } from "../../sandbox/start-sandbox.js";
import { IncidentStore } from "../../src/health/incidents/incident-store.js";
import { PROBE_QUEUE, Queues } from "../../src/queue.js";
import type { KeyPair } from "../integration/health/certificates.js";

/** What an application answers. `slow` never does. */
export type Mood = "good" | "error" | "textless" | "slow";

/** A real application that a test breaks and mends; it keeps its port. */
export class ProbedApp {
  mood: Mood | (() => Promise<Mood>) = "good";
  asked = 0;
  readonly #server: Server | TlsServer;
  readonly #port: number;

  private constructor(port: number, pair: KeyPair | undefined) {
    this.#port = port;
    const answer: RequestListener = (_request, response) => void this.#answer(response);
    this.#server = pair === undefined ? createServer(answer) : createTlsServer(pair, answer);
  }

  static async start(pair?: KeyPair): Promise<ProbedApp> {
    const app = new ProbedApp(await claimPort(), pair);
    await app.start();
    return app;
  }

  get url(): string {
    return `${this.#server instanceof TlsServer ? "https" : "http"}://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** From the next connection on. */
  present(pair: KeyPair): void {
    if (this.#server instanceof TlsServer) this.#server.setSecureContext(pair);
    this.#server.closeAllConnections();
  }

  async #answer(response: Parameters<RequestListener>[1]): Promise<void> {
    this.asked++;
    const mood = typeof this.mood === "string" ? this.mood : await this.mood();
    if (mood === "slow") return;
    response.setHeader("connection", "close");
    response.writeHead(mood === "error" ? 500 : 200).end(mood === "textless" ? "Maintenance" : "Shop");
  }
}

/** Short times, so that a test sees a whole incident. */
export const QUICK_MONITOR = {
  schedule: "0 3 1 1 *",
  confirm: { retries: 2, over: "1s" },
  whileDown: "1s",
  recovery: { probes: 2, hold: "1s", longestHold: "8s" },
};

/** Environments beside those that are deployed to, each probed at its application and with a channel of its own. */
export class WatchedEnvironments {
  readonly #channels = new Map<string, Channel>();

  /** @param watched by name: the application, the name of the channel, and what the environment says besides */
  configure(
    config: RawConfig,
    world: SandboxWorld,
    watched: Readonly<Record<string, { app: ProbedApp; channel?: string; extra?: RawEnvironment }>>,
  ): RawConfig {
    const projects = config["projects"] as { shop: { environments: Record<string, RawEnvironment> } };
    const { environments } = projects.shop;
    const [pattern] = Object.values(environments);
    const quick = { ...QUICK_MONITOR, mention: [world.roles.developer.id] };
    for (const [name, { app, channel = name, extra }] of Object.entries(watched)) {
      const known = this.#channels.get(channel) ?? world.discord.addChannel(channel);
      this.#channels.set(channel, known);
      // Nothing is deployed to those that are only watched, so their directories need not be there.
      const strategy = { ...pattern?.strategy, directory: `/srv/${name}` };
      environments[name] = {
        ...(environments[name] ?? { ...pattern, strategy, monitor: quick }),
        health: [{ url: `${app.url}/health`, contains: "Shop", timeout: "1s" }],
        channel: known.id,
        ...extra,
      };
    }
    return config;
  }

  channel(name: string): Channel {
    const channel = this.#channels.get(name);
    if (channel === undefined) throw new Error(`There is no channel ${name}.`);
    return channel;
  }
}

/** What the test does and reads beside Discord: probes without waiting for the schedule, and what is decided. */
export class MonitorAccess {
  readonly incidents: IncidentStore;
  readonly #redis: Redis;
  readonly #queues: Queues;
  #probes = 0;

  constructor(sandbox: Sandbox) {
    this.#redis = new Redis(sandbox.redis.url, { maxRetriesPerRequest: null });
    this.incidents = new IncidentStore(this.#redis);
    this.#queues = new Queues(this.#redis, () => undefined);
  }

  /** As the schedule would. */
  async probe(environment: string): Promise<void> {
    const job = { jobId: `test-${process.pid}-${++this.#probes}` };
    await this.#queues.get(PROBE_QUEUE).add("probe", { project: "shop", environment }, job);
  }

  async close(): Promise<void> {
    await this.#queues.close();
    this.#redis.disconnect();
  }
}

/** The first words of each message, which tell what it is. */
export function headlines(messages: readonly MessageView[]): readonly string[] {
  return messages.map(({ content }) => content.split("\n")[0] ?? "");
}
