import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import { z } from "zod";
import { startBotProcess } from "../../sandbox/bot-process.js";
import { poll } from "../../sandbox/host/poll.js";
import { startRedis } from "../../sandbox/redis.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { WEBHOOK_QUEUE } from "../../src/queue.js";
import { spawnNode } from "../processes/node-process.js";
import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median, quantile } from "../report/statistics.js";
import { type SignedPayload, sendLoad, sign } from "./load.js";
import { startProbot } from "./probot.js";

const Examples = z.array(z.object({ name: z.string(), examples: z.array(z.unknown()) }));

const CONNECTIONS = 10;
const REQUESTS = 2_000;
const GOAL_RATIO = 3;
const START_LIMIT_MS = 20_000;
const DRAIN_LIMIT_MS = 60_000;
/** Rounds that warm the processes up and do not count. */
const WARM_UP = 2;

interface Server {
  readonly name: string;
  readonly url: string;
  /** Not timed: waits until what was taken is worked off, so that it does not slow the next one down. */
  settle?(): Promise<void>;
  close(): Promise<void>;
}

/** (c) Signed push webhooks against Probot. */
export const webhookBenchmark: Benchmark = {
  id: "c",
  title: `signed push webhooks over ${CONNECTIONS} kept-open connections, ${REQUESTS} a run`,
  defaultRuns: 7,

  async measure(options) {
    const servers: Server[] = [];
    try {
      const sandbox = await startSandbox({ discord: { rateLimits: false } });
      const secret = sandbox.github.webhookSecret;
      servers.push(wholeSlipway(sandbox));
      servers.push(await webSlipway(sandbox), await floorServer(secret));
      const probot = await startProbot(secret, options.progress);
      servers.push({ name: "Probot", url: probot.url, close: () => probot.process.stop() });
      return { rows: rowsOf(await measureInTurn(servers, pushes(secret), options)), notes: NOTES };
    } finally {
      for (const server of servers.reverse()) await server.close();
    }
  },
};

/** The default: one process that also works the deliveries off, while it takes more. */
function wholeSlipway(sandbox: Sandbox): Server {
  const redis = new Redis(sandbox.redis.url);
  return {
    name: "Slipway",
    url: sandbox.webhookUrl,
    async settle() {
      const drained = await poll(async () => (await waiting(redis)) === 0, DRAIN_LIMIT_MS);
      if (drained === undefined) throw new Error("Slipway does not work its deliveries off.");
    },
    async close() {
      redis.disconnect();
      await sandbox.close();
    },
  };
}

async function waiting(redis: Redis): Promise<number> {
  const [wait, active] = await Promise.all(
    ["wait", "active"].map((list) => redis.llen(`bull:${WEBHOOK_QUEUE}:${list}`)),
  );
  return (wait ?? 0) + (active ?? 0);
}

/** A process that only takes webhooks, with a Redis of its own, so that nobody works the deliveries off. */
async function webSlipway({ env }: Sandbox): Promise<Server> {
  const redis = await startRedis();
  const bot = startBotProcess({
    env: { ...env, REDIS_URL: redis.url },
    args: ["start", "--role", "web"],
  });
  const close = async (): Promise<void> => {
    await bot.stop();
    await redis.stop();
  };
  try {
    const listening = await bot.waitForLine(({ msg }) => msg === "listening for HTTP");
    await bot.waitForLine(({ msg }) => msg === "Slipway has started");
    return { name: "Slipway --role web", url: `${listening["address"]}/webhooks/github`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function floorServer(secret: string): Promise<Server> {
  const server = spawnNode({
    args: [fileURLToPath(new URL("floor-server.js", import.meta.url))],
    env: { WEBHOOK_SECRET: secret },
  });
  try {
    const [, port] = (await server.waitForLine("ready", START_LIMIT_MS)).split(" ");
    const url = `http://127.0.0.1:${port}/webhooks/github`;
    return { name: "Fastify, nothing kept", url, close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** GitHub's own examples of the event. */
function pushes(secret: string): readonly SignedPayload[] {
  const events = Examples.parse(createRequire(import.meta.url)("@octokit/webhooks-examples"));
  const examples = events.filter(({ name }) => name === "push").flatMap(({ examples }) => examples);
  return examples.map((payload) => sign(payload, secret));
}

interface Figures {
  readonly perSecond: number[];
  readonly p50: number[];
  readonly p99: number[];
}

async function measureInTurn(
  servers: readonly Server[],
  payloads: readonly SignedPayload[],
  { runs, progress }: BenchOptions,
): Promise<ReadonlyMap<string, Figures>> {
  const figures = new Map<string, Figures>(
    servers.map(({ name }) => [name, { perSecond: [], p50: [], p99: [] }]),
  );
  for (let run = -WARM_UP; run < runs; run++) {
    for (const { name, url, settle } of servers) {
      const load = { url, payloads, connections: CONNECTIONS, requests: REQUESTS };
      const { perSecond, latencies } = await sendLoad(load);
      await settle?.();
      if (run < 0) continue;
      const kept = figures.get(name);
      kept?.perSecond.push(perSecond);
      kept?.p50.push(quantile(latencies, 0.5));
      kept?.p99.push(quantile(latencies, 0.99));
    }
    progress(run < 0 ? "warming up" : `run ${run + 1} of ${runs}`);
  }
  return figures;
}

function rowsOf(figures: ReadonlyMap<string, Figures>): Row[] {
  const probot = figures.get("Probot");
  if (probot === undefined) throw new Error("Probot was not measured.");
  return [...figures].flatMap(([subject, { perSecond, p50, p99 }]): Row[] => {
    const ratio = median(perSecond) / median(probot.perSecond);
    const faster = { text: `ratio ≥ ${GOAL_RATIO}`, met: ratio >= GOAL_RATIO };
    const steadier = { text: "p99 below Probot's", met: median(p99) < median(probot.p99) };
    const judged = subject === "Slipway";
    const { p99: _, ...throughput } = rowOf({ subject, measure: "answered", unit: "/s" }, perSecond, {
      ratio,
      ...(judged && { goal: faster }),
    });
    const latency = rowOf({ subject, measure: "latency", unit: "ms" }, p50, {
      ratio: median(p50) / median(probot.p50),
      ...(judged && { goal: steadier }),
    });
    return [throughput, { ...latency, p99: median(p99) }];
  });
}

const NOTES: readonly string[] = [
  "No environment follows these pushes: Slipway answers, logs a line and forgets. One that is followed is kept in Redis before its 202.",
  "“Slipway” is the default process, which works the deliveries off while it takes more; `--role web` only takes them.",
  "“Fastify, nothing kept” checks the signature as Slipway does and forgets the delivery: the difference is what keeping it costs.",
  "Payloads are GitHub's own examples of the push event, each request with a delivery id of its own; both log as they do by default.",
  "The sender shares the machine and costs all alike.",
];
