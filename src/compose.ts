/** Puts the parts together, starts them in order and stops them in the opposite one. */
import { REST } from "discord.js";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { lookUpHistory, lookUpStatus } from "./app/look-up.js";
import { requestDeployment } from "./app/request-deployment.js";
import type { Settings } from "./config/environment.js";
import { resolveConfigPath } from "./config/host-keys.js";
import type { Config, HostConfig } from "./config/schema.js";
import { LogStore } from "./deployments/log-store.js";
import { DeploymentStore } from "./deployments/store.js";
import { AnnouncementStore } from "./discord/announcement-store.js";
import { announceDeployment } from "./discord/announcer.js";
import type { App, Command } from "./discord/command.js";
import { type Gateway, startGateway } from "./discord/gateway.js";
import type { Redactor } from "./execution/redact.js";
import { createSshRunner, type SshRunner } from "./execution/ssh/create-ssh-runner.js";
import type { PinnedHostKey, SshHost } from "./execution/ssh/ssh-host.js";
import { createGitHubClient } from "./github/client.js";
import { RefSuggestions } from "./github/ref-suggestions.js";
import { resolveRef } from "./github/refs.js";
import { addWebhookRoute } from "./github/webhook-route.js";
import { probe } from "./health/probe.js";
import { createHttpServer } from "./http/server.js";
import { Queues } from "./queue.js";
import { checkRedis, connectRedis } from "./redis/connect.js";
import { startEmbeddedRedis } from "./redis/embedded.js";
import { plays, type Role } from "./role.js";
import type { Secret } from "./secret.js";
import { type JobDefinition, type JobParts, startWorkers } from "./worker.js";

/** systemd and Docker kill after 10 s: running steps get half of it to end by themselves. Milliseconds. */
const WORKERS_LIMIT_MS = 5_000;

export interface BotOptions {
  readonly role: Role;
  readonly config: Config;
  readonly settings: Settings;
  readonly privateKeys: Readonly<Record<string, Secret>>;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly commands: readonly Command[];
  readonly jobs: readonly JobDefinition[];
}

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
  const { role, config, settings, logger } = options;
  const redis = await openRedis(options, stops);
  const queues = new Queues(redis, (error) => logger.warn({ err: error }, "a queue reported an error"));
  stops.push(() => queues.close());

  const state = { working: role === "web" || role === "gateway", gateway: undefined as Gateway | undefined };
  await serveHttp(options, { redis, queues, state }, stops);
  await checkRedis(redis, logger);

  const parts = composeParts(options, redis, queues);
  stops.push(() => parts.runner.close());
  if (plays(role, "worker")) {
    const workers = await startWorkers(options.jobs, parts, redis);
    stops.push(() => workers.close(WORKERS_LIMIT_MS));
    state.working = true;
  }
  if (plays(role, "gateway") && settings.discordToken !== undefined) {
    const app = composeApp(config, parts, new RefSuggestions(parts), () => redis.status === "ready");
    const gateway = startGateway({
      apiUrl: settings.discordApiUrl,
      token: settings.discordToken,
      commands: options.commands,
      app,
      logger,
    });
    state.gateway = gateway;
    stops.push(() => gateway.close());
  }
  logger.info({ role }, "Slipway has started");
}

async function openRedis({ settings, logger, role }: BotOptions, stops: Stops): Promise<Redis> {
  let url = settings.redisUrl;
  if (url === undefined) {
    if (role !== "all")
      throw new TypeError(`The role ${role} needs a Redis that all roles share: set REDIS_URL.`);
    const embedded = await startEmbeddedRedis(settings.dataDirectory, logger);
    stops.push(() => embedded.stop());
    url = embedded.url;
  }
  const redis = connectRedis(url, logger);
  stops.push(async () => redis.disconnect());
  return redis;
}

interface HttpParts {
  readonly redis: Redis;
  readonly queues: Queues;
  readonly state: { readonly working: boolean; readonly gateway: Gateway | undefined };
}

async function serveHttp(
  options: BotOptions,
  { redis, queues, state }: HttpParts,
  stops: Stops,
): Promise<void> {
  const { role, settings, logger } = options;
  const checks = [
    { name: "redis", ready: () => redis.status === "ready" },
    { name: "worker", ready: () => state.working },
    ...(plays(role, "gateway") ? [{ name: "discord", ready: () => state.gateway?.ready() ?? false }] : []),
  ];
  const server = createHttpServer({ logger, checks });
  if (plays(role, "web") && settings.webhookSecrets.length > 0) {
    addWebhookRoute(server, { secrets: settings.webhookSecrets, deliveries: queues, logger });
  }
  const address = await server.listen({ host: settings.httpHost, port: settings.httpPort });
  stops.push(() => server.close());
  logger.info({ address }, "listening for HTTP");
}

function composeParts(options: BotOptions, redis: Redis, queues: Queues) {
  const { config, settings, logger, redactor } = options;
  const store = new DeploymentStore(redis);
  const logs = new LogStore(redis);
  const now = Date.now;
  const github = createGitHubClient({ apiUrl: settings.githubApiUrl, token: settings.githubToken, logger });
  const refs: JobParts["refs"] = {
    resolve: (repository, ref) => resolveRef({ github, logger }, repository, ref),
  };
  const runner: SshRunner = createSshRunner({ hosts: sshHosts(options), logger });
  const rest = new REST({ api: settings.discordApiUrl });
  if (settings.discordToken !== undefined) rest.setToken(settings.discordToken.reveal());
  const announcements = new AnnouncementStore(redis);
  const tools = { runner, probe, redaction: () => redactor.stream() };
  const announcer = { config, store, logs, now, rest, announcements };
  return {
    ...{ config, store, logs, queues, refs, tools, now, logger, github, runner },
    announce: (id: string) => announceDeployment(announcer, id),
  };
}

function composeApp(
  config: Config,
  parts: JobParts,
  suggestions: RefSuggestions,
  available: () => boolean,
): App {
  return {
    config,
    available,
    requestDeployment: (request) => requestDeployment(parts, request),
    status: (filter) => lookUpStatus(parts, filter),
    history: (request) => lookUpHistory(parts, request),
    suggestRefs: (repository, branch, typed) => suggestions.suggest(repository, branch, typed),
  };
}

function sshHosts({ config, privateKeys, settings }: BotOptions): Readonly<Record<string, SshHost>> {
  return Object.fromEntries(
    Object.entries(config.hosts).flatMap(([name, host]) => {
      const privateKey = privateKeys[name];
      return privateKey === undefined ? [] : [[name, sshHost(host, privateKey, settings.configFile)]];
    }),
  );
}

function sshHost(host: HostConfig, privateKey: Secret, configFile: string): SshHost {
  const hostKeys: PinnedHostKey[] = (host.hostKeys ?? []).map((sha256) => ({ kind: "fingerprint", sha256 }));
  if (host.knownHosts !== undefined) {
    hostKeys.push({ kind: "known-hosts", file: resolveConfigPath(host.knownHosts, configFile) });
  }
  const { address, port, user, jump } = host;
  return { address, port, user, privateKey, hostKeys, ...(jump !== undefined && { jump }) };
}
