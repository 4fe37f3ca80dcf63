import { type Client, Events, REST } from "discord.js";
import { pino } from "pino";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type {
  Channel,
  DiscordOptions,
  DiscordStandIn,
  MessageView,
  Person,
} from "../../../sandbox/discord/types.js";
import type { Config } from "../../../src/config/schema.js";
import { BadReleases } from "../../../src/deployments/bad-releases.js";
import { LockStore } from "../../../src/deployments/lock-store.js";
import { LogStore } from "../../../src/deployments/log-store.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { RunningStore } from "../../../src/deployments/running-store.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { ActionStore } from "../../../src/discord/action-store.js";
import { AnnouncementStore } from "../../../src/discord/announcement-store.js";
import { type AnnouncerParts, announceDeployment, drawDeployment } from "../../../src/discord/announcer.js";
import type { App, Command } from "../../../src/discord/command.js";
import { CommandMentions } from "../../../src/discord/command-mentions.js";
import { dispatch } from "../../../src/discord/dispatch.js";
import { filterText } from "../../../src/execution/output-filter.js";
import { createRedactor } from "../../../src/execution/redact.js";
import { startClient } from "../../sandbox/discord/start-client.js";
import { aRelease, configWith, environmentInput } from "../../unit/deployments/samples.js";
import { anApproval, aWaitingRecord } from "../../unit/discord/approval-samples.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

/** What the use cases were asked for: the name, then the arguments. */
type Asked = readonly [name: keyof App, ...args: readonly unknown[]];

/** Discord, Redis, the real client and all of Slipway's Discord parts; only the use cases are the test's own. */
export class ActionScene {
  readonly discord: DiscordStandIn;
  readonly channel: Channel;
  readonly elsewhere: Channel;
  readonly approver: Person;
  readonly approverRole: string;
  readonly config: Config;
  readonly fixture: RedisFixture;
  readonly store: DeploymentStore;
  readonly actions: ActionStore;
  readonly announcements: AnnouncementStore;
  readonly mentions: CommandMentions;
  readonly rest: REST;
  readonly asked: Asked[] = [];
  readonly logged: string[] = [];
  /** What the use cases answer, by name; the test sets them. */
  app: Partial<App> = {};
  commands: readonly Command[] = [];
  #client: Client | undefined;
  #deployments = 0;

  private constructor(discord: DiscordStandIn, fixture: RedisFixture) {
    this.discord = discord;
    this.fixture = fixture;
    this.channel = discord.addChannel("deploys");
    this.elsewhere = discord.addChannel("elsewhere");
    this.approverRole = discord.addRole("release-managers").id;
    this.approver = discord.addPerson({ name: "camille", roles: [this.approverRole], locale: "fr" });
    this.config = configWith(
      {
        prod: environmentInput({
          roles: { deploy: ["223344556677889900"], approve: [this.approverRole] },
          approval: {},
        }),
      },
      { discord: { guild: discord.guildId, channel: this.channel.id } },
    );
    this.store = new DeploymentStore(fixture.redis);
    this.actions = new ActionStore(fixture.redis);
    this.announcements = new AnnouncementStore(fixture.redis);
    this.mentions = new CommandMentions(fixture.redis, Date.now);
    this.rest = new REST({ api: discord.apiUrl }).setToken(discord.botToken);
  }

  static async start(limits: DiscordOptions["limits"] = {}): Promise<ActionScene> {
    const discord = await startDiscord({ rateLimits: false, limits });
    const scene = new ActionScene(discord, await startRedisFixture());
    scene.#client = await startClient(scene.discord);
    scene.#client.on(Events.InteractionCreate, (interaction) => void dispatch(scene.#parts(), interaction));
    return scene;
  }

  async close(): Promise<void> {
    await this.#client?.destroy();
    await this.fixture.close();
    await this.discord.close();
  }

  /** A deployment to shop/prod that waits for its approval, with its message. */
  async waiting(changes: Partial<DeploymentRecord> = {}): Promise<{ id: string; message: MessageView }> {
    const { id } = await this.unannounced(changes);
    await this.announce(id);
    const announcement = await this.announcements.find(id);
    return { id, message: this.message(announcement?.messageId) };
  }

  /** The same before its message. */
  async unannounced(changes: Partial<DeploymentRecord> = {}): Promise<{ id: string }> {
    const id = (++this.#deployments).toString(16).padStart(24, "0");
    const approval = anApproval({ expiresAt: Date.now() + 600_000 });
    // One commit each: a second request for a commit that waits would be the first one.
    const release = aRelease({ sha: Sha.parse(id.padStart(40, "a")) });
    await this.store.create(aWaitingRecord({ id, approval, release, ...changes }));
    return { id };
  }

  async announce(id: string): Promise<void> {
    await announceDeployment(this.#announcer(), id);
  }

  #announcer(): AnnouncerParts {
    const { config, store, rest, announcements, mentions, actions } = this;
    const { redis } = this.fixture;
    const shown = (log: string) => filterText(createRedactor([]), log);
    const stores = {
      logs: new LogStore(redis),
      shown,
      badReleases: new BadReleases(redis),
      running: new RunningStore(redis),
      locks: new LockStore(redis),
      facts: { ciState: async () => "passed" as const },
    };
    // A clock ahead of the edits that must wait for each other.
    const now = () => Date.now() + 60_000 * ++this.#clock;
    return { ...{ config, store, rest, announcements, mentions, actions, now }, ...stores };
  }
  #clock = 0;

  message(id: string | undefined, channel = this.channel): MessageView {
    const message = this.discord.messages(channel.id).find((each) => each.id === id);
    if (message === undefined) throw new Error(`There is no message ${id}`);
    return message;
  }

  idOf(deployment: string, action: "approve" | "confirm" | "refuse" | "cancel" | "rollback" | "retry") {
    return this.actions.idFor({ deployment }, action);
  }

  #parts() {
    const logger = pino({ level: "warn" }, { write: (line: string) => void this.logged.push(line) });
    const { actions, announcements, mentions, store, commands, rest } = this;
    return {
      app: this.#app(),
      actions,
      announcements,
      mentions,
      deployments: store,
      commands,
      rest,
      draw: (id: string) => drawDeployment(this.#announcer(), id),
      logger,
    };
  }

  /** Remembers each call, then answers as the test wants. */
  #app(): App {
    const { asked } = this;
    const base = { config: this.config, available: () => true, ...this.app };
    return new Proxy(base as App, {
      get(target, name: keyof App) {
        const member: unknown = target[name];
        if (typeof member !== "function" || name === "available") return member;
        return (...args: readonly unknown[]) => {
          asked.push([name, ...args]);
          return Reflect.apply(member, target, args) as unknown;
        };
      },
    });
  }
}

/** A promise that the test settles. */
export function held<Value>() {
  let settle: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
