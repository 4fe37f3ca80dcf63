import { Client, type ClientOptions, Events, GatewayIntentBits, type Interaction, Options } from "discord.js";
import { z } from "zod";
import type { Secret } from "../../secret.js";
import { within } from "../../within.js";
import { whatAPersonMustDo } from "./close-codes.js";
import { ConnectionWatch } from "./connection-watch.js";
import { type Answerable, readInteraction } from "./read-interaction.js";
import { type StrategyHooks, watchedStrategy } from "./watched-strategy.js";

/** A session that is open no more is tried again for so long, before a new client begins afresh. Milliseconds. */
const GIVE_UP_AFTER_MS = 5 * 60_000;
/** Longer than a handshake may take: one that is under way when the client is given up comes to its end. */
const HANDSHAKE_MS = 32_000;

export interface SessionParts {
  readonly apiUrl: string;
  readonly token: Secret;
  /** Locale of a person of whom Discord does not say it. */
  readonly usualLocale: string;
  readonly on: SessionListener;
}

export interface SessionListener {
  interaction(interaction: Interaction): void;
  /** @param guilds ids of those that the bot is in */
  opened(bot: {
    readonly name: string;
    readonly applicationId: string;
    readonly guilds: readonly string[];
  }): void;
  resumed(): void;
  /** @param retryMs until the next attempt */
  closed(code: number, retryMs: number): void;
  joined(guild: string): void;
  left(guild: string): void;
  /** Something came that cannot be read, or that discord.js throws on. @param kind what is logged once */
  odd(kind: string, fault: unknown, answerable?: Answerable): void;
  failed(error: unknown): void;
}

/** Why a session is over, and a new client has to begin. */
export type SessionEnd =
  | { readonly kind: "failed"; readonly error: unknown }
  | { readonly kind: "refused"; readonly code: number; readonly advice: string }
  /** Not open for 5 minutes, although it was tried again all the time. */
  | { readonly kind: "lost" };

export interface Session {
  /** Whether interactions arrive now. */
  ready(): boolean;
  /** Resolves once the session will not open again by itself. */
  readonly ended: Promise<SessionEnd>;
  /** Whether interactions have ever arrived. */
  readonly wasOpen: boolean;
  /** Has it end, because of an error that only somebody else could take. */
  giveUp(error: unknown): void;
  /** Ends it for good. @param limitMs how long a handshake under way is waited for */
  close(limitMs?: number): Promise<void>;
}

const Ready = z.looseObject({
  user: z.looseObject({ id: z.string(), username: z.string().catch("?") }),
  application: z.looseObject({ id: z.string() }),
  guilds: z.array(z.looseObject({ id: z.string() })).catch([]),
});
const Guild = z.looseObject({ id: z.string(), unavailable: z.boolean().optional().catch(undefined) });
const Payload = z.looseObject({});
const Heartbeat = z.looseObject({ heartbeatAt: z.number() });
const Closed = z.looseObject({ code: z.number() });
const Dispatch = z.looseObject({ data: z.looseObject({ t: z.string(), d: z.unknown() }) });

export function openSession(parts: SessionParts): Session {
  return new ClientSession(parts);
}

/** One client of Discord's gateway, from its first connection to its end. */
class ClientSession implements Session {
  readonly ended: Promise<SessionEnd>;
  readonly #parts: SessionParts;
  readonly #watch = new ConnectionWatch();
  readonly #client: Client;
  #end: (end: SessionEnd) => void = () => undefined;
  #lost: NodeJS.Timeout | undefined;
  /** The attempt to connect that is under way. */
  #attempt = Promise.resolve();
  #attemptOver: () => void = () => undefined;
  #isConnected = false;
  #wasOpen = false;
  #isClosing = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#client = new Client(
      clientOptions(parts.apiUrl, {
        mayConnect: () => this.#mayConnect(),
        receive: (event, payload) => this.#receive(event, payload),
        failed: (event, error) => parts.on.odd(event, error),
      }),
    );
    this.#client.on(Events.InteractionCreate, (interaction) => parts.on.interaction(interaction));
    this.#client.on(Events.Error, (error) => parts.on.failed(error));
    this.#client.on(Events.ShardError, (error) => parts.on.failed(error));
    this.#watchForLoss();
    // It resolves with the first session, and never where Discord closes the gateway for good.
    this.#client.login(parts.token.reveal()).catch((error: unknown) => this.#end({ kind: "failed", error }));
  }

  ready(): boolean {
    return this.#watch.ready();
  }

  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  giveUp(error: unknown): void {
    this.#end({ kind: "failed", error });
  }

  async close(limitMs = HANDSHAKE_MS): Promise<void> {
    this.#isClosing = true;
    this.#watch.giveUp();
    clearTimeout(this.#lost);
    // A socket that is being connected is not closed by discord.js, and nobody would take its error.
    await within(this.#attempt, limitMs);
    await within(this.#client.destroy(), limitMs);
  }

  async #mayConnect(): Promise<void> {
    await this.#watch.mayConnect();
    if (this.#isConnected) return;
    this.#attempt = new Promise((resolve) => {
      this.#attemptOver = resolve;
    });
  }

  #watchForLoss(): void {
    this.#lost ??= setTimeout(() => this.#end({ kind: "lost" }), GIVE_UP_AFTER_MS).unref();
  }

  #isOpen(): void {
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#wasOpen = true;
    this.#watch.opened();
  }

  /** @returns what discord.js gets of it */
  #receive(event: string, payload: unknown): unknown {
    if (this.#isClosing) return undefined;
    switch (event) {
      case "hello":
        this.#isConnected = true;
        this.#attemptOver();
        return payload;
      case "ready":
        // The rest of it is in the dispatch; discord.js would wait here for the guilds that it reads.
        return { ...Payload.parse(payload), data: { guilds: [] } };
      case "resumed":
        this.#isOpen();
        this.#parts.on.resumed();
        return payload;
      case "heartbeat":
        this.#watch.heartbeatAnswered(Heartbeat.parse(payload).heartbeatAt);
        return payload;
      case "closed":
        this.#closed(Closed.parse(payload).code);
        return payload;
      case "dispatch":
        return this.#dispatched(Dispatch.parse(payload));
      case "error":
        return payload;
      default:
        return undefined;
    }
  }

  #closed(code: number): void {
    this.#isConnected = false;
    this.#attemptOver();
    this.#watchForLoss();
    const retryMs = this.#watch.closed();
    const advice = whatAPersonMustDo(code);
    if (advice === undefined) this.#parts.on.closed(code, retryMs);
    else this.#end({ kind: "refused", code, advice });
  }

  /** discord.js gets nothing but what it needs to make interactions of: it keeps no guild, channel or member. */
  #dispatched(payload: z.output<typeof Dispatch>): unknown {
    const { on, usualLocale } = this.#parts;
    const { t, d } = payload.data;
    switch (t) {
      case "READY": {
        const ready = Ready.safeParse(d);
        if (!ready.success) {
          // No session without it: the next one may be told of as it should.
          this.#end({ kind: "failed", error: ready.error });
          return undefined;
        }
        const { user, application, guilds } = ready.data;
        this.#isOpen();
        const ids = guilds.map(({ id }) => id);
        on.opened({ name: user.username, applicationId: application.id, guilds: ids });
        return { ...payload, data: { ...payload.data, d: { ...ready.data, guilds: [] } } };
      }
      case "GUILD_CREATE":
        on.joined(Guild.parse(d).id);
        return undefined;
      case "GUILD_DELETE": {
        const guild = Guild.parse(d);
        // Discord says the same of a guild that it cannot reach for a while.
        if (guild.unavailable !== true) on.left(guild.id);
        return undefined;
      }
      case "INTERACTION_CREATE": {
        const read = readInteraction(d, usualLocale);
        if (read.kind === "read") return { ...payload, data: { ...payload.data, d: read.data } };
        if (read.kind === "unreadable") on.odd("INTERACTION_CREATE", read.fault, read.answerable);
        return undefined;
      }
      default:
        return undefined;
    }
  }
}

function clientOptions(apiUrl: string, hooks: StrategyHooks): ClientOptions {
  return {
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl },
    ws: { buildStrategy: watchedStrategy(hooks) },
    // Slipway asks Discord for what it needs; a cache would only grow.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      UserManager: 50,
    }),
  };
}
