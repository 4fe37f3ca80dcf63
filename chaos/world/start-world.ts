import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { stringify } from "yaml";
import { startDiscord } from "../../sandbox/discord/start-discord.js";
import type { DiscordStandIn, Person } from "../../sandbox/discord/types.js";
import { startGitHub } from "../../sandbox/github/start-github.js";
import type { GitHubStandIn } from "../../sandbox/github/types.js";
import { claimPort } from "../../sandbox/host/claim-port.js";
import { type RedisServer, startRedis } from "../../sandbox/redis.js";
import { startRedisLink } from "../../sandbox/redis-link.js";
import { Closers } from "./closers.js";
import { type Lane, startLane } from "./lane.js";
import { REPOSITORY } from "./names.js";
import { slipwayConfig, type Timing } from "./slipway-config.js";

export interface WorldOptions {
  /** How many environments there are, each with a host, a link and a channel of its own. */
  readonly lanes: number;
  readonly timing: Timing;
  /** The bots reach Redis over a link that can lose answers. */
  readonly spoilsAnswers?: boolean | undefined;
  /** @defaultValue Discord's own */
  readonly heartbeatMs?: number | undefined;
  /** One of the environments needs an approval. */
  readonly peopled?: boolean | undefined;
}

/** Everything around the bots: nothing in it is shared with another world but the machine. */
export interface World {
  readonly timing: Timing;
  readonly discord: DiscordStandIn;
  readonly github: GitHubStandIn;
  readonly redis: RedisServer;
  /** Reads what Redis holds, past the bots. */
  readonly client: Redis;
  /** @param lost asked of each command that may write: whether its answer never arrives. @throws TypeError without a link */
  loseAnswers(lost: (() => boolean) | undefined): void;
  readonly lanes: readonly Lane[];
  /** May deploy, cancel and stop. */
  readonly presser: Person;
  /** May approve. */
  readonly approvers: readonly [Person, Person];
  /** Environment variables of a bot. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the bot with the role `all` takes webhooks. */
  readonly webhookUrl: string;
  close(): Promise<void>;
}

/** Discord's limits on signing in are for bots that crash in a loop, which these are made to do. */
const RELAXED_LIMITS = {
  identifyIntervalMs: 0,
  identifiesPerDay: 1_000_000,
  invalidPerTenMinutes: 1_000_000,
};

export async function startWorld(options: WorldOptions): Promise<World> {
  const { lanes: count, timing, spoilsAnswers, heartbeatMs, peopled = false } = options;
  const closers = new Closers();
  try {
    const directory = await mkdtemp(join(tmpdir(), "slipway-chaos-"));
    closers.add(() => rm(directory, { recursive: true, force: true }));
    const discord = closers.closing(
      await startDiscord({
        limits: { ...RELAXED_LIMITS, ...(heartbeatMs !== undefined && { heartbeatIntervalMs: heartbeatMs }) },
      }),
    );
    const github = closers.closing(await startGitHub());
    const redis = await startRedis();
    closers.add(() => redis.stop());
    const link = spoilsAnswers ? closers.closing(await startRedisLink(redis.port)) : undefined;
    const client = openClient(redis.url);
    closers.add(async () => client.disconnect());
    await github.createRepository(REPOSITORY, { "README.md": "# Shop\n" });
    const lanes: Lane[] = [];
    for (let index = 1; index <= count; index++) {
      lanes.push(closers.closing(await startLane(`e${index}`, discord, github, REPOSITORY)));
    }

    const { id: deployer } = discord.addRole("deployer");
    const { id: approver } = discord.addRole("approver");
    const approvers = [
      discord.addPerson({ name: "approver 1", roles: [approver] }),
      discord.addPerson({ name: "approver 2", roles: [approver] }),
    ] as const;
    const presser = discord.addPerson({ name: "operator", roles: [deployer] });
    const parts = { discord, lanes, timing, deployer, ...(peopled && { approver }) };
    const configFile = join(directory, "slipway.yaml");
    await writeFile(configFile, stringify(slipwayConfig(parts)));
    const port = await claimPort();
    const env = {
      SLIPWAY_CONFIG: configFile,
      SLIPWAY_DATA: join(directory, "data"),
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_TOKEN: discord.botToken,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_TOKEN: github.token,
      GITHUB_WEBHOOK_SECRET: github.webhookSecret,
      REDIS_URL: link === undefined ? redis.url : `redis://127.0.0.1:${link.port}`,
      HTTP_PORT: String(port),
    };
    const webhookUrl = `http://127.0.0.1:${port}/webhooks/github`;
    const close = () => closers.closeAll();
    const loseAnswers: World["loseAnswers"] = (lost) => {
      if (link === undefined) throw new TypeError("There is no link to Redis.");
      link.onWrite(lost && (() => (lost() ? "lose" : "carry")));
    };
    const people = { presser, approvers };
    return { timing, discord, github, redis, client, loseAnswers, lanes, ...people, env, webhookUrl, close };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** Its commands wait while Redis is away. */
function openClient(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  // It comes back by itself, and each loss is wanted here.
  client.on("error", () => undefined);
  return client;
}
