import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type BotProcess, startBotProcess } from "./bot-process.js";
import { startDiscord } from "./discord/start-discord.js";
import type { Channel, DiscordOptions, DiscordStandIn, Person, Role } from "./discord/types.js";
import { startGitHub } from "./github/start-github.js";
import type { GitHubStandIn } from "./github/types.js";
import { appFiles } from "./host/app-files.js";
import { startTargetHost } from "./host/start-target-host.js";
import type { HostApp, TargetHost } from "./host/types.js";
import { type RedisServer, startRedis } from "./redis.js";

export const REPOSITORY = "acme/shop";

/** A configuration as one writes it, before it is checked. */
export type RawConfig = Record<string, unknown>;

/** What one environment of the sandbox is given on top of its defaults, in the words of `slipway.yaml`. */
export type RawEnvironment = Record<string, unknown> & { strategy?: Record<string, unknown> };

export interface SandboxOptions {
  /** By name: what each environment says besides the defaults. @defaultValue one, `uat`, deployed by pushes to main */
  readonly environments?: Readonly<Record<string, RawEnvironment>>;
  /** The language of channel messages. @defaultValue `en` */
  readonly language?: "en" | "fr";
  readonly discord?: DiscordOptions;
  /** Environment variables of the bot besides the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Environment variables of every session on the target host besides the usual ones. */
  readonly hostEnvironment?: Readonly<Record<string, string>>;
  /** Changes the finished configuration. */
  readonly configure?: (config: RawConfig, sandbox: SandboxWorld) => RawConfig;
  /** False leaves REDIS_URL out, so that the bot starts its own. @defaultValue true */
  readonly sharedRedis?: boolean;
}

/** Everything around the bot. */
export interface SandboxWorld {
  readonly directory: string;
  readonly discord: DiscordStandIn;
  readonly github: GitHubStandIn;
  readonly host: TargetHost;
  /** By the environment's name. */
  readonly apps: Readonly<Record<string, HostApp>>;
  readonly redis: RedisServer;
  readonly channel: Channel;
  readonly roles: { readonly developer: Role; readonly approver: Role };
  readonly people: {
    /** Developer, reads French. */
    readonly camille: Person;
    /** Developer and approver, reads English. */
    readonly alex: Person;
    /** Approver, reads French. */
    readonly dominique: Person;
    /** No role at all, reads English. */
    readonly sam: Person;
  };
}

export interface Sandbox extends SandboxWorld {
  /** The bot that runs now. */
  readonly bot: BotProcess;
  /** Where GitHub's webhooks go. */
  readonly webhookUrl: string;
  /** `http://127.0.0.1:PORT` of the bot. */
  readonly botUrl: string;
  /** Environment variables for a bot of this sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** The app of an environment. @throws Error when there is none of that name */
  app(environment: string): HostApp;
  /** Starts the bot anew, after it was stopped or killed. */
  startBot(): Promise<void>;
  close(): Promise<void>;
}

const PUSHED: RawEnvironment = { triggers: { push: "main" } };

/** Starts the stand-ins, a target host, Redis and the bot; resolves when the bot can work. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const environments = options.environments ?? { uat: PUSHED };
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const world = await startWorld(Object.keys(environments), options, closers);
    const config = baseConfig(world, environments, options.language ?? "en");
    const configFile = join(world.directory, "slipway.yaml");
    await writeFile(configFile, stringify(options.configure?.(config, world) ?? config));
    return await runBot(world, botEnv(world, configFile, options), closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function startWorld(
  environments: readonly string[],
  options: SandboxOptions,
  closers: (() => Promise<unknown>)[],
): Promise<SandboxWorld> {
  const directory = await mkdtemp(join(tmpdir(), "slipway-sandbox-"));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  const [discord, github, host, redis] = await Promise.all([
    startDiscord(options.discord),
    startGitHub(),
    startTargetHost({ name: "web-1", environment: options.hostEnvironment ?? {} }),
    startRedis(),
  ]);
  closers.push(
    () => discord.close(),
    () => github.close(),
    () => host.close(),
    () => redis.stop(),
  );

  await github.createRepository(REPOSITORY, appFiles({ name: "Shop" }));
  const apps = await Promise.all(
    environments.map(async (name) => [name, await host.addApp(name, github.cloneUrl(REPOSITORY))] as const),
  );
  const developer = discord.addRole("developer", 0x5865f2);
  const approver = discord.addRole("approver", 0x23a55a);
  return {
    ...{ directory, discord, github, host, redis, apps: Object.fromEntries(apps) },
    channel: discord.addChannel("deployments"),
    roles: { developer, approver },
    people: {
      camille: discord.addPerson({ name: "Camille", roles: [developer.id], locale: "fr" }),
      alex: discord.addPerson({ name: "Alex", roles: [developer.id, approver.id], locale: "en-US" }),
      dominique: discord.addPerson({ name: "Dominique", roles: [approver.id], locale: "fr" }),
      sam: discord.addPerson({ name: "Sam", locale: "en-US" }),
    },
  };
}

function baseConfig(
  world: SandboxWorld,
  environments: Readonly<Record<string, RawEnvironment>>,
  language: "en" | "fr",
): RawConfig {
  const { discord, host, channel } = world;
  return {
    language,
    discord: { guild: discord.guildId, channel: channel.id },
    hosts: {
      [host.name]: {
        address: host.address,
        port: host.port,
        user: host.user,
        key: { file: host.privateKeyPath },
        hostKeys: [host.hostKeyFingerprint],
      },
    },
    projects: {
      shop: {
        repository: REPOSITORY,
        environments: Object.fromEntries(
          Object.entries(environments).map(([name, extra]) => [name, environmentConfig(world, name, extra)]),
        ),
      },
    },
  };
}

function environmentConfig(
  world: SandboxWorld,
  name: string,
  { strategy, ...extra }: RawEnvironment,
): RawEnvironment {
  const app = world.apps[name];
  if (app === undefined) throw new TypeError(`The sandbox has no app for ${name}.`);
  return {
    hosts: [world.host.name],
    url: app.url,
    roles: { deploy: [world.roles.developer.id], approve: [world.roles.approver.id] },
    health: [{ url: `${app.url}/health`, contains: "Shop", attempts: 10, interval: "1s", timeout: "2s" }],
    // Deployments are played here, good and bad ones: an alert between two of them would come by chance.
    monitor: { enabled: false },
    ...extra,
    strategy: {
      type: "git",
      directory: app.directory,
      restart: { run: [...app.restart] },
      diagnostics: [{ run: ["tail", "-n", "20", app.log] }],
      ...strategy,
    },
  };
}

function botEnv(world: SandboxWorld, configFile: string, options: SandboxOptions): Record<string, string> {
  const { discord, github, redis, directory } = world;
  return {
    SLIPWAY_CONFIG: configFile,
    SLIPWAY_DATA: join(directory, "data"),
    DISCORD_API_URL: discord.apiUrl,
    DISCORD_TOKEN: discord.botToken,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_TOKEN: github.token,
    GITHUB_WEBHOOK_SECRET: github.webhookSecret,
    HTTP_PORT: "0",
    ...(options.sharedRedis !== false && { REDIS_URL: redis.url }),
    ...options.env,
  };
}

async function runBot(
  world: SandboxWorld,
  env: Readonly<Record<string, string>>,
  closers: (() => Promise<unknown>)[],
): Promise<Sandbox> {
  let bot = startBotProcess({ env });
  closers.push(() => bot.stop());
  let botUrl = await whenReady(bot);
  return {
    ...world,
    env,
    get bot() {
      return bot;
    },
    get botUrl() {
      return botUrl;
    },
    get webhookUrl() {
      return `${botUrl}/webhooks/github`;
    },
    app(environment) {
      const app = world.apps[environment];
      if (app === undefined) throw new TypeError(`The sandbox has no environment ${environment}.`);
      return app;
    },
    async startBot() {
      bot = startBotProcess({ env });
      botUrl = await whenReady(bot);
    },
    close: () => closeAll(closers),
  };
}

/** @returns where the bot listens */
async function whenReady(bot: BotProcess): Promise<string> {
  const listening = await bot.waitForLine((line) => line.msg === "listening for HTTP");
  await bot.waitForLine((line) => line.msg === "the slash commands are registered");
  return String(listening["address"]);
}

async function closeAll(closers: (() => Promise<unknown>)[]): Promise<void> {
  for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
}
