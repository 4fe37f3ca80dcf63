import { setTimeout as pause } from "node:timers/promises";
import { Client, type ClientOptions, DiscordAPIError, Events, GatewayIntentBits, Options } from "discord.js";
import type { Secret } from "../secret.js";
import { kindOf, TroubleLog } from "../trouble-log.js";
import type { CommandMentions } from "./command-mentions.js";
import { type DispatchParts, dispatch } from "./dispatch.js";
import { registerCommands } from "./register-commands.js";

/**
 * A refused token stays refused until a person changes it, and Discord blocks an address after 10,000 refused
 * requests in 10 minutes. Milliseconds.
 */
const REFUSED_TOKEN_RETRY_MS = 15 * 60_000;
const FIRST_RETRY_MS = 1_000;
/** Discord resets the token of a bot that starts 1,000 sessions a day: one in 90 s stays below. */
const LONGEST_RETRY_MS = 90_000;

export interface GatewayParts extends DispatchParts {
  readonly apiUrl: string;
  readonly token: Secret;
  readonly mentions: Pick<CommandMentions, "render" | "save">;
}

export interface Gateway {
  /** Whether interactions arrive now. */
  ready(): boolean;
  close(): Promise<void>;
}

/** Connects to Discord in the background, however long it takes, and serves interactions from then on. */
export function startGateway(parts: GatewayParts): Gateway {
  const stopping = new AbortController();
  let client: Client | undefined;
  void keepTrying(parts, stopping.signal, "connect to Discord", async () => {
    // A client that failed to log in is spent: discord.js never calls it ready again.
    client = createClient(parts, stopping.signal);
    await client.login(parts.token.reveal());
  });
  return {
    ready: () => client?.isReady() ?? false,
    async close() {
      stopping.abort();
      await client?.destroy();
    },
  };
}

function createClient(parts: GatewayParts, stopping: AbortSignal): Client {
  const { logger } = parts;
  const client = new Client(clientOptions(parts.apiUrl));
  client.on(Events.InteractionCreate, (interaction) => void dispatch(parts, interaction));
  const trouble = new TroubleLog(logger);
  client.on(Events.Error, (error) =>
    trouble.report(`error ${kindOf(error)}`, { err: error }, "the Discord client reported an error"),
  );
  client.on(Events.ShardDisconnect, ({ code }) =>
    trouble.report(`disconnect ${code}`, { code }, "disconnected from Discord"),
  );
  client.on(Events.ShardReconnecting, () => {
    if (!stopping.aborted) trouble.report("reconnect", {}, "reconnecting to Discord");
  });
  const connected = () => trouble.over("reconnect", "connected to Discord again");
  client.on(Events.ShardResume, connected);
  client.on(Events.ShardReady, connected);
  client.once(Events.ClientReady, (ready) => {
    logger.info({ bot: ready.user.username }, "connected to Discord");
    void keepTrying(parts, stopping, "register the commands", () => register(parts, ready));
  });
  return client;
}

async function register(parts: GatewayParts, { rest, application }: Client<true>): Promise<void> {
  const ids = { applicationId: application.id, guildId: parts.app.config.discord.guild };
  const { changed, ids: commandIds } = await registerCommands(
    rest,
    ids,
    parts.commands.map(({ definition }) => definition),
  );
  parts.logger.info({ changed }, "the slash commands are registered");
  await parts.mentions.save(commandIds);
}

function clientOptions(apiUrl: string): ClientOptions {
  return {
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl },
    // Slipway asks Discord for what it needs; a cache would only grow.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      GuildMemberManager: { maxSize: 50, keepOverLimit: (member) => member.id === member.client.user.id },
      UserManager: { maxSize: 50, keepOverLimit: (user) => user.id === user.client.user.id },
    }),
  };
}

/** Tries until it works: 1 s, 2 s, 4 s … 90 s apart, 15 minutes after a refused token. */
async function keepTrying(
  { logger }: Pick<GatewayParts, "logger">,
  signal: AbortSignal,
  what: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  for (let wait = FIRST_RETRY_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (signal.aborted) return;
      const refused = isRefusedToken(error);
      const retryMs = refused ? REFUSED_TOKEN_RETRY_MS : wait;
      const advice = refused
        ? "Discord refuses the token: put the bot's present token into DISCORD_TOKEN and restart"
        : `could not ${what}`;
      logger.error({ err: error, retryInSeconds: retryMs / 1000 }, advice);
      await pause(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }
}

function isRefusedToken(error: unknown): boolean {
  if (error instanceof DiscordAPIError) return error.status === 401;
  return error instanceof Error && "code" in error && error.code === "TokenInvalid";
}
