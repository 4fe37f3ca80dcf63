/** Puts the parts together, starts them in order and stops them in the opposite one. */
import type { Redis } from "ioredis";
import { followersOf } from "./app/deploy-push.js";
import { mayBeOf } from "./app/repositories.js";
import type { BotOptions } from "./bot-options.js";
import { composeApp, composeParts, type Parts } from "./compose-parts.js";
import { LogStore } from "./deployments/log-store.js";
import { allTargets } from "./deployments/targets.js";
import type { Gateway } from "./discord/gateway/gateway.js";
import { addWebhookRoute } from "./github/webhook-route.js";
import { createHttpServer } from "./http/server.js";
import { httpAddressFault } from "./http-address-fault.js";
import { Queues } from "./queue.js";
import { checkRedis, connectRedis } from "./redis/connect.js";
import { startEmbeddedRedis } from "./redis/embedded.js";
import { Heartbeat } from "./redis/heartbeat.js";
import { watchInstance } from "./redis/instance.js";
import { WriteProbe } from "./redis/write-probe.js";
import { DataWatch } from "./repair/data-watch.js";
import { RepositoryStore } from "./repositories/repository-store.js";
import { plays } from "./role.js";
import { StartFaultError } from "./start-fault-error.js";
import { kindOf, TroubleLog } from "./trouble-log.js";
import { startWorkers, type Workers } from "./worker.js";

/** systemd and Docker kill after 10 s: half of it is for jobs to end, or to be given back. Milliseconds. */
const WORKERS_LIMIT_MS = 5_000;

export interface Bot {
  /**
   * Resolves when every part has started; waits for Redis as long as it takes.
   * Rejects with NoRedisError or EvictingRedisError when Redis cannot be used.
   */
  readonly started: Promise<void>;
  /** Stops what was started, also half-way through the start. */
  stop(): Promise<void>;
}

/** Things to stop, the last one started first. */
type Stops = (() => Promise<unknown>)[];

/** Starts a bot of one role. */
export function startBot(options: BotOptions): Bot {
  const stops: Stops = [];
  return {
    started: start(options, stops),
    async stop() {
      for (let next = stops.pop(); next !== undefined; next = stops.pop()) {
        await next().catch((error: unknown) =>
          options.logger.warn({ err: error }, "a part did not stop cleanly"),
        );
      }
    },
  };
}

async function start(options: BotOptions, stops: Stops): Promise<void> {
  const { role, settings, logger } = options;
  const redis = await openRedis(options, stops);
  const trouble = new TroubleLog(logger);
  const queues = new Queues(redis, (error) =>
    trouble.report(`queue ${kindOf(error)}`, { err: error }, "a queue reported an error"),
  );
  stops.push(() => queues.close());

  const state = { working: role === "web" || role === "gateway", gateway: undefined as Gateway | undefined };
  const writes = new WriteProbe(redis, logger);
  stops.push(async () => writes.stop());
  const data = new DataWatch(redis, logger, allTargets(options.config));
  stops.push(async () => data.stop());
  await serveHttp(options, { redis, writes, data, queues, state }, stops);
  await checkRedis(redis, logger);
  data.start();

  const heartbeat = new Heartbeat(redis, logger);
  const parts = composeParts(options, redis, queues, heartbeat);
  stops.push(() => parts.closeLinks());
  if (plays(role, "worker")) {
    await heartbeat.start();
    stops.push(() => heartbeat.stop());
    const workers = await startWorkers(options.jobs, parts, redis);
    await watchMemory(redis, parts, workers, stops);
    stops.push(() => workers.close(WORKERS_LIMIT_MS));
    stops.push(() => parts.detach());
    state.working = true;
  }
  if (plays(role, "gateway") && settings.discordToken !== undefined) {
    // discord.js is a third of what the bot loads; only this part needs all of it.
    const { startGateway } = await import("./discord/gateway/gateway.js");
    const app = composeApp(parts, () => writes.writable);
    const gateway = startGateway({
      apiUrl: settings.discordApiUrl,
      token: settings.discordToken,
      rest: parts.rest,
      draw: parts.draw,
      commands: options.commands,
      app,
      actions: parts.actions,
      announcements: parts.announcements,
      mentions: parts.mentions,
      deployments: parts.store,
      logger,
    });
    state.gateway = gateway;
    stops.push(() => gateway.close());
  }
  logger.info({ role }, "Slipway has started");
}

/** A Redis that was emptied is reported, and set up again; what it knew stays lost. */
async function watchMemory(redis: Redis, parts: Parts, workers: Workers, stops: Stops): Promise<void> {
  const { queues, logger } = parts;
  const lost = async (instance: string) => {
    await queues.addMemoryLost({ instance, certain: true });
    await workers.prepareAgain();
  };
  const failed = (error: unknown) =>
    logger.error({ err: error }, "could not set up a Redis that was emptied");
  const watch = await watchInstance(redis, logger, (instance) => void lost(instance).catch(failed));
  stops.push(async () => watch.stop());
  if (watch.isNew) await queues.addMemoryLost({ instance: watch.id, certain: false });
}

async function openRedis({ settings, logger, role }: BotOptions, stops: Stops): Promise<Redis> {
  let url = settings.redisUrl;
  if (url === undefined) {
    if (role !== "all")
      throw new StartFaultError(`The role ${role} needs a Redis that all roles share: set REDIS_URL.`);
    const embedded = await startEmbeddedRedis(settings.dataDirectory, logger);
    stops.push(() => embedded.stop());
    url = embedded.url;
  }
  const redis = connectRedis(url, logger);
  stops.push(async () => redis.disconnect());
  return redis;
}

/** What Slipway keeps in Redis, and how much it may be. */
async function usageOf(redis: Redis, { config }: BotOptions) {
  const { bytes, logs } = await new LogStore(redis).usage();
  return { logs: { bytes, logs, maxBytes: config.storage.logs } };
}

interface HttpParts {
  readonly redis: Redis;
  readonly writes: WriteProbe;
  readonly data: DataWatch;
  readonly queues: Queues;
  readonly state: { readonly working: boolean; readonly gateway: Gateway | undefined };
}

async function serveHttp(
  options: BotOptions,
  { redis, writes, data, queues, state }: HttpParts,
  stops: Stops,
): Promise<void> {
  const { role, settings, logger } = options;
  const checks = [
    {
      name: "redis",
      ready: async () => (await writes.prove()).writable,
      details: () => redisDetails(writes.detail, data.report),
    },
    { name: "worker", ready: () => state.working },
    ...(plays(role, "gateway")
      ? [
          {
            name: "discord",
            ready: () => state.gateway?.ready() ?? false,
            details: () => state.gateway?.fault,
          },
        ]
      : []),
  ];
  const server = createHttpServer({ logger, checks, details: () => usageOf(redis, options) });
  if (plays(role, "web") && settings.webhookSecrets.length > 0) {
    const repositories = new RepositoryStore(redis);
    addWebhookRoute(server, {
      secrets: settings.webhookSecrets,
      pushes: queues,
      follows: (push) => mayBeOf(repositories, followersOf(options.config, push.branch), push),
      logger,
    });
  }
  const { httpHost: host, httpPort: port } = settings;
  const address = await server.listen({ host, port }).catch((error: unknown) => {
    throw httpAddressFault(error, host, port);
  });
  stops.push(() => server.close());
  logger.info({ address }, "listening for HTTP");
}

/** What cannot be read stops its own environment, not the process: it is no reason to be unready. */
function redisDetails(fault: string | undefined, unreadable: DataWatch["report"]): object | undefined {
  if (fault === undefined && unreadable === undefined) return undefined;
  return { ...(fault !== undefined && { fault }), ...(unreadable && { unreadable }) };
}
