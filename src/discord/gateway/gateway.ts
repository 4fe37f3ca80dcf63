import { setTimeout as pause } from "node:timers/promises";
import type { REST } from "@discordjs/rest";
import { InteractionResponseType, InteractionType, MessageFlags, Routes } from "discord-api-types/v10";
import type { Secret } from "../../secret.js";
import { kindOf, TroubleLog } from "../../trouble-log.js";
import type { CommandMentions } from "../command-mentions.js";
import { type DispatchParts, dispatch } from "../dispatch.js";
import { languageOf, wordsFor } from "../locales/index.js";
import { REFUSED_TOKEN } from "../refused-token.js";
import { registerCommands } from "../register-commands.js";
import { ClockWatch } from "./clock-watch.js";
import { FIRST_RETRY_MS, LONGEST_RETRY_MS } from "./connection-watch.js";
import type { Answerable } from "./read-interaction.js";
import { Registration } from "./registration.js";
import { openSession, type Session, type SessionEnd, type SessionListener } from "./session.js";

/**
 * What Discord refuses stays refused until a person changes something, and Discord blocks an address after 10,000
 * refused requests in 10 minutes. Milliseconds.
 */
const REFUSED_RETRY_MS = 15 * 60_000;
/** A process that stops does not wait longer for a handshake. Milliseconds. */
const STOP_LIMIT_MS = 1_000;

export interface GatewayParts extends DispatchParts {
  readonly apiUrl: string;
  readonly token: Secret;
  readonly rest: REST;
  readonly mentions: Pick<CommandMentions, "render" | "save">;
}

export interface Gateway {
  /** Whether interactions arrive now. */
  ready(): boolean;
  /** What a person has to do before it can be ready; undefined: nothing is known to be wrong. */
  readonly fault: string | undefined;
  close(): Promise<void>;
}

/** Connects to Discord in the background, however long it takes, and serves interactions from then on. */
export function startGateway(parts: GatewayParts): Gateway {
  const gateway = new OneSession(parts);
  gateway.run();
  return gateway;
}

/** Keeps one session open: the next one begins when the one before it is closed for good. */
class OneSession implements Gateway {
  readonly #parts: GatewayParts;
  readonly #trouble: TroubleLog;
  readonly #registration: Registration;
  readonly #clock: ClockWatch;
  readonly #stopping = new AbortController();
  #session: Session | undefined;
  #fault: string | undefined;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#trouble = new TroubleLog(parts.logger);
    this.#clock = new ClockWatch(parts.logger);
    this.#registration = new Registration({
      guildId: parts.app.config.discord.guild,
      logger: parts.logger,
      register: (applicationId) => register(parts, applicationId),
      keepTrying: (what, attempt) => keepTrying(parts, this.#stopping.signal, what, attempt),
    });
  }

  ready(): boolean {
    return this.#session?.ready() ?? false;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  run(): void {
    process.on("unhandledRejection", this.#survive);
    void this.#keepOpen();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    process.off("unhandledRejection", this.#survive);
    await this.#session?.close(STOP_LIMIT_MS);
  }

  async #keepOpen(): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = FIRST_RETRY_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_RETRY_MS)) {
      const { apiUrl, token, app } = this.#parts;
      const session = openSession({ apiUrl, token, usualLocale: app.config.language, on: this.#listener });
      this.#session = session;
      const end = await session.ended;
      if (signal.aborted) return;
      await session.close();
      if (session.wasOpen) wait = FIRST_RETRY_MS;
      await idle(this.#explain(end, wait), signal);
    }
  }

  /** @returns after how many milliseconds a new session is tried */
  #explain(end: SessionEnd, wait: number): number {
    const { logger } = this.#parts;
    if (end.kind === "lost") {
      logger.error(
        { retryInSeconds: wait / 1000 },
        "no session with Discord for 5 minutes: a new client begins",
      );
      return wait;
    }
    const advice =
      end.kind === "refused" ? end.advice : isRefusedToken(end.error) ? REFUSED_TOKEN : undefined;
    this.#fault = advice;
    const retryMs = advice === undefined ? wait : REFUSED_RETRY_MS;
    const why = end.kind === "refused" ? { code: end.code } : { err: end.error };
    logger.error({ ...why, retryInSeconds: retryMs / 1000 }, advice ?? "could not connect to Discord");
    return retryMs;
  }

  readonly #listener: SessionListener = {
    interaction: (interaction) => {
      this.#clock.observe(interaction.createdTimestamp, Date.now());
      void dispatch(this.#parts, interaction);
    },
    opened: ({ name, applicationId, guilds }) => {
      this.#fault = undefined;
      this.#parts.logger.info({ bot: name }, "connected to Discord");
      this.#trouble.over("reconnect", "connected to Discord again");
      this.#registration.connected(applicationId, guilds);
    },
    resumed: () => this.#trouble.over("reconnect", "connected to Discord again"),
    closed: (code, retryMs) =>
      this.#trouble.report("reconnect", { code, retryMs }, "reconnecting to Discord"),
    joined: (guild) => this.#registration.joined(guild),
    left: (guild) => this.#registration.left(guild),
    failed: (error) =>
      this.#trouble.report(`error ${kindOf(error)}`, { err: error }, "the Discord client reported an error"),
    odd: (kind, fault, answerable) => {
      this.#trouble.report(`odd ${kind}`, { kind, fault }, "Discord sent what Slipway cannot read");
      if (answerable !== undefined) void this.#answerUnread(answerable);
    },
  };

  /** Whoever pressed or typed it reads at least that nothing came of it. */
  async #answerUnread({ id, token, type, locale }: Answerable): Promise<void> {
    const { rest, app } = this.#parts;
    const language = locale === undefined ? app.config.language : languageOf(locale);
    const content = `❌ ${wordsFor(language).reply.unreadable}`;
    const body =
      type === InteractionType.ApplicationCommandAutocomplete
        ? { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices: [] } }
        : {
            type: InteractionResponseType.ChannelMessageWithSource,
            data: { content, flags: MessageFlags.Ephemeral, allowed_mentions: { parse: [] } },
          };
    await rest
      .post(Routes.interactionCallback(id, token), { body, auth: false })
      .catch((error: unknown) => this.#trouble.report("unread answer", { err: error }, "could not answer"));
  }

  /**
   * The library that speaks the gateway's protocol drops the promises in which it reads: where Discord sends it
   * something that it cannot read, nobody else can take the error. What is not its own ends the process as ever.
   */
  readonly #survive = (error: unknown): void => {
    if (!(error instanceof Error && error.stack?.includes("@discordjs/ws"))) throw error;
    this.#listener.odd("protocol", error);
    this.#session?.giveUp(error);
  };
}

async function register(parts: GatewayParts, applicationId: string): Promise<void> {
  const ids = { applicationId, guildId: parts.app.config.discord.guild };
  const definitions = parts.commands.map(({ definition }) => definition);
  const { changed, ids: commandIds } = await registerCommands(parts.rest, ids, definitions);
  parts.logger.info({ changed }, "the slash commands are registered");
  await parts.mentions.save(commandIds);
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
      const retryMs = refused ? REFUSED_RETRY_MS : wait;
      const advice = refused ? REFUSED_TOKEN : `could not ${what}`;
      logger.error({ err: error, retryInSeconds: retryMs / 1000 }, advice);
      await idle(retryMs, signal);
    }
  }
}

async function idle(milliseconds: number, signal: AbortSignal): Promise<void> {
  await pause(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}

function isRefusedToken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("status" in error) return error.status === 401;
  return "code" in error && error.code === "TokenInvalid";
}
