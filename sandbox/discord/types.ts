/**
 * What the Discord stand-in offers to those who play the people of the guild: the tests, the scripted demo
 * and the sandbox page. The bot never sees this interface; it only speaks REST and the gateway.
 */
import type { APIApplicationCommand, APIEmbed, APIMessageTopLevelComponent } from "discord-api-types/v10";

export interface Role {
  readonly id: string;
  readonly name: string;
  /** RGB as an integer, 0 for none. */
  readonly color: number;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Discord locale, such as `fr` or `en-US`. */
  readonly locale: string;
}

export interface AttachmentView {
  readonly id: string;
  readonly filename: string;
  /** Bytes. */
  readonly size: number;
  /** Where the content can be downloaded from the stand-in. */
  readonly url: string;
}

export interface MessageView {
  readonly id: string;
  readonly channelId: string;
  readonly author: { readonly id: string; readonly name: string; readonly bot: boolean };
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly attachments: readonly AttachmentView[];
  readonly flags: number;
  /** The only person who sees it, for an ephemeral answer. */
  readonly ephemeralFor?: string;
  /** The command that it answers, as Discord shows it above the message: the person's id and the command. */
  readonly interaction?: { readonly person: string; readonly name: string };
  /** People, roles and everyone/here that this message really notified under its allowed mentions. */
  readonly pinged: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly editedAt?: string;
  /** How many times it was edited. */
  readonly edits: number;
}

export interface ModalView {
  readonly customId: string;
  readonly title: string;
  readonly inputs: readonly {
    readonly customId: string;
    readonly label: string;
    readonly style: "short" | "paragraph";
    readonly required: boolean;
    readonly placeholder?: string;
    readonly value?: string;
    readonly minLength?: number;
    readonly maxLength?: number;
  }[];
}

export interface Choice {
  readonly name: string;
  readonly value: string | number;
}

/** What a person sees after a command, a button or a modal. */
export interface InteractionView {
  readonly id: string;
  /**
   * `answered`: a message, an update or a modal came. `thinking`: deferred, no content yet.
   * `failed`: no answer within 3 s ("The application did not respond").
   */
  readonly state: "answered" | "thinking" | "failed";
  readonly message?: MessageView;
  readonly modal?: ModalView;
  /** From the dispatch to the first accepted answer, in milliseconds. */
  readonly firstAnswerMs?: number;
}

export interface RequestRecord {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  /** Without the `/api/v10` prefix and without the query. */
  readonly path: string;
  /** Without the question mark; absent when there is none. */
  readonly query?: string;
  /** 0 when a fault dropped the connection before an answer. */
  readonly status: number;
  /** The parsed JSON, for a multipart request its `payload_json`. */
  readonly body?: unknown;
  /** The files that a multipart request carried. */
  readonly files?: readonly { readonly filename: string; readonly size: number }[];
}

/** What can happen to any HTTP request. */
export type HttpFault =
  /** Answers the next matching request with this status (429 comes with real rate-limit headers and body). */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  /** Carries the request out, then answers with this status: the bot cannot know that it worked. */
  | { readonly kind: "status-after-accepting"; readonly status: number }
  | { readonly kind: "delay"; readonly milliseconds: number }
  | { readonly kind: "drop-connection" };

export type RestFault =
  | HttpFault
  /** Refuses with this status and this code of Discord's own (50013 with 403, 40005 with 413). */
  | { readonly kind: "refuse"; readonly status: number; readonly code: number };

export type GatewayFault =
  /**
   * Closes the gateway socket with this close code: now, or as soon as one identifies or resumes when none is
   * connected.
   */
  | { readonly kind: "close-gateway"; readonly code: number }
  /** Answers the next upgrades to a WebSocket with this HTTP status instead. */
  | { readonly kind: "refuse-upgrade"; readonly status: number }
  /** The sockets that are connected stay open, and nothing comes over them any more, no answer to a heartbeat either. */
  | { readonly kind: "mute-gateway" }
  /** Says INVALID_SESSION to the sessions that are connected. */
  | { readonly kind: "invalid-session"; readonly resumable: boolean };

export type Fault = RestFault | GatewayFault;

export interface FaultRule {
  readonly fault: Fault;
  /** Which REST requests it meets; every one without it. Not used by faults of the gateway. */
  readonly method?: string;
  /** Matched against the path without the `/api/v10` prefix. */
  readonly path?: RegExp;
  /** How many requests it meets. @defaultValue 1 */
  readonly times?: number;
}

export type CommandOptions = Readonly<Record<string, string | number | boolean>>;

/** Something changed that a person may see; `channelId` is absent when it is not about one channel. */
export interface DiscordChange {
  readonly kind: "message" | "message-deleted" | "commands" | "guild" | "bot" | "interaction";
  readonly channelId?: string;
  readonly messageId?: string;
}

/** What a test may bend; every default is Discord's own value. */
export interface DiscordOptions {
  /** Gets one line per gateway event and refused request. */
  readonly log?: (line: string) => void;
  /** Milliseconds since the epoch, for every limit that would otherwise need waiting. @defaultValue Date.now */
  readonly now?: () => number;
  /** `false` turns every rate limit off, for measurements. @defaultValue true */
  readonly rateLimits?: boolean;
  readonly limits?: Partial<DiscordLimits>;
  /** Privileged intents switched on for the application, as a bit field. @defaultValue 0 */
  readonly privilegedIntents?: number;
}

export interface DiscordLimits {
  /** Until an interaction fails without a first answer, in milliseconds. @defaultValue 3000 */
  readonly firstAnswerMs: number;
  /** Life of an interaction token, in milliseconds. @defaultValue 900000 */
  readonly tokenMs: number;
  /** How long an enforced nonce finds the message made before, in milliseconds. @defaultValue 300000 */
  readonly nonceMs: number;
  /** What HELLO asks for, in milliseconds. @defaultValue 41250 */
  readonly heartbeatIntervalMs: number;
  /** One IDENTIFY in this many milliseconds (max_concurrency 1), an earlier one is INVALID_SESSION. @defaultValue 5000 */
  readonly identifyIntervalMs: number;
  /** After so many IDENTIFYs in a day Discord resets the token. @defaultValue 1000 */
  readonly identifiesPerDay: number;
  /** How long a session without a socket can be resumed, in milliseconds. @defaultValue 180000 */
  readonly resumeMs: number;
  /** REST requests in one second, over all routes. @defaultValue 50 */
  readonly globalPerSecond: number;
  /** Answers 401, 403 and 429 in ten minutes that block the address. @defaultValue 10000 */
  readonly invalidPerTenMinutes: number;
}

export interface DiscordStandIn {
  /** Value for `DISCORD_API_URL`, without the version: `http://127.0.0.1:PORT/api`. */
  readonly apiUrl: string;
  readonly botToken: string;
  readonly applicationId: string;
  readonly guildId: string;
  readonly requests: readonly RequestRecord[];
  /** Requests answered 401, 403 or 429 in the last ten minutes. */
  readonly invalidRequests: number;
  /** IDENTIFYs that were accepted since the start. */
  readonly identifies: number;

  addRole(name: string, color?: number): Role;
  /** With `botAccess: false` the bot gets 50001 Missing Access there. */
  addChannel(name: string, options?: { readonly botAccess?: boolean }): Channel;
  addPerson(person: { name: string; roles?: readonly string[]; locale?: string }): Person;
  setRoles(personId: string, roles: readonly string[]): void;
  roles(): readonly Role[];
  channels(): readonly Channel[];
  people(): readonly Person[];
  /** The guild commands that the bot has registered. */
  commands(): readonly APIApplicationCommand[];
  /** True while a gateway session is identified. */
  botOnline(): boolean;
  /** Requests to upgrade to a WebSocket since the start, refused ones too. */
  readonly handshakes: number;
  /** Sockets of the gateway that are open now. */
  readonly gatewaySockets: number;
  /** Sends an event as it stands to each session, however odd it is. */
  dispatchRaw(event: string, data: unknown): void;
  /** Changes the data of the next interaction before it is sent, into whatever a test wants the bot to get. */
  bendNextInteraction(bend: (data: Record<string, unknown>) => unknown): void;
  /** Removes the bot from the guild: its commands are gone, and what it asks of the guild is refused. */
  kickBot(): void;
  inviteBot(): void;

  /**
   * Types a slash command as a person; a subcommand follows the name after a space (`lock take`). Resolves at the
   * first answer (or after 3 s with `failed`).
   * @throws Error when the command is not registered or an option does not exist, is missing or has the wrong
   * type: Discord's own client would not send it.
   */
  runCommand(
    personId: string,
    channelId: string,
    name: string,
    options?: CommandOptions,
  ): Promise<InteractionView>;
  /**
   * Asks for the choices of one option while it is typed; `options` holds what was typed so far, the focused one
   * too. @throws Error when no answer comes within 3 s ("Loading options failed").
   */
  autocomplete(
    personId: string,
    channelId: string,
    name: string,
    options: CommandOptions,
    focused: string,
  ): Promise<readonly Choice[]>;
  /** Presses a button that the person sees. @throws Error when there is none such, or it is disabled. */
  pressButton(personId: string, messageId: string, customId: string): Promise<InteractionView>;
  /**
   * Sends a button click that Discord would never send: a custom_id that the message does not carry, a channel
   * where it is not. For tests of forged clicks.
   */
  forgeButton(
    personId: string,
    channelId: string,
    messageId: string,
    customId: string,
  ): Promise<InteractionView>;
  /** Submits the modal that an interaction opened; values by the inputs' custom_id. */
  submitModal(
    personId: string,
    interactionId: string,
    values: Readonly<Record<string, string>>,
  ): Promise<InteractionView>;
  /** Posts an ordinary message as a person. */
  say(personId: string, channelId: string, content: string): MessageView;
  /** The interaction as it stands now: a deferred answer that was edited meanwhile shows its message. */
  interaction(id: string): InteractionView;

  /** Oldest first. Ephemeral messages appear only for the person who may see them. */
  messages(channelId: string, viewerId?: string): readonly MessageView[];
  /** Resolves with the first message of the channel, now or later, that the predicate accepts. */
  waitForMessage(
    channelId: string,
    predicate: (message: MessageView) => boolean,
    options?: { timeoutMs?: number; viewerId?: string },
  ): Promise<MessageView>;
  /** Resolves with the interaction once it has a message with content, embeds or components. */
  waitForReply(interactionId: string, options?: { timeoutMs?: number }): Promise<MessageView>;
  /** Bytes of an attachment. */
  attachment(id: string): Buffer;

  queueFault(rule: FaultRule): void;
  clearFaults(): void;
  /** @returns a function that ends the subscription. */
  onChange(listener: (change: DiscordChange) => void): () => void;
  close(): Promise<void>;
}
