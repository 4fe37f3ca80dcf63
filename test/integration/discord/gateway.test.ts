import { setTimeout as pause } from "node:timers/promises";
import { REST } from "@discordjs/rest";
import { pino } from "pino";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { Channel, DiscordOptions, DiscordStandIn, Person } from "../../../sandbox/discord/types.js";
import type { App, Command } from "../../../src/discord/command.js";
import { type Gateway, startGateway } from "../../../src/discord/gateway/gateway.js";
import { Secret } from "../../../src/secret.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Slipway's gateway on the stand-in, with one command that says who asked. */
class GatewayScene {
  readonly discord: DiscordStandIn;
  readonly channel: Channel;
  readonly person: Person;
  readonly role: string;
  readonly logged: LogLine[] = [];
  readonly ran: string[] = [];
  gateway: Gateway;

  private constructor(discord: DiscordStandIn, token?: string) {
    this.discord = discord;
    this.channel = discord.addChannel("deploys");
    this.role = discord.addRole("developers").id;
    this.person = discord.addPerson({ name: "camille", roles: [this.role], locale: "fr" });
    this.gateway = this.#start(token ?? discord.botToken);
  }

  static async start(options: DiscordOptions = {}, before?: (discord: DiscordStandIn) => void) {
    const discord = await startDiscord({ rateLimits: false, ...options });
    before?.(discord);
    const scene = new GatewayScene(discord);
    scenes.push(scene);
    return scene;
  }

  async ready(): Promise<this> {
    await vi.waitFor(() => expect(this.gateway.ready()).toBe(true), WAIT);
    await vi.waitFor(() => expect(this.discord.commands()).toHaveLength(1), WAIT);
    return this;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.discord.close();
  }

  /** What was logged so. */
  lines(part: string): readonly LogLine[] {
    return this.logged.filter(({ msg }) => msg.includes(part));
  }

  #start(token: string): Gateway {
    const { channel, discord } = this;
    const config = configWith(
      { uat: environmentInput({}) },
      { discord: { guild: discord.guildId, channel: channel.id } },
    );
    const stream = { write: (line: string) => this.logged.push(JSON.parse(line)) };
    const logger = pino({ level: "info" }, stream);
    const app = { config, available: () => true } as unknown as App;
    const rest = new REST({ api: discord.apiUrl }).setToken(token);
    const mentions = { render: async <T>(value: T) => value, save: async () => undefined };
    return startGateway({
      ...{ apiUrl: discord.apiUrl, token: new Secret(token), rest, mentions, app, logger },
      commands: [this.#whoami()],
      actions: { find: async () => undefined, idFor: async () => "x" },
      announcements: { find: async () => undefined },
      deployments: { find: async () => undefined },
    } as unknown as Parameters<typeof startGateway>[0]);
  }

  #whoami(): Command {
    return {
      definition: {
        name: "whoami",
        description: "Who am I?",
        options: [{ type: 3, name: "ref", description: "A ref", autocomplete: true }],
      },
      execute: async ({ person, language }) => {
        this.ran.push(person.id);
        return { content: JSON.stringify({ roles: person.roles, language }) };
      },
      suggest: async (_option, typed) => [{ name: `${typed}!`, value: typed }],
    };
  }
}

const WAIT = { timeout: 120_000, interval: 20 };
const scenes: GatewayScene[] = [];

// At the end of all: most of what these tests do is wait, so they wait together.
afterAll(async () => {
  await Promise.all(scenes.map((scene) => scene.close()));
});

async function answers(scene: GatewayScene): Promise<void> {
  const { discord, person, channel } = scene;
  const view = await discord.runCommand(person.id, channel.id, "whoami");
  expect(view.state).toBe("answered");
  expect(view.message?.content).toContain(scene.role);
}

describe.concurrent("a gateway that cannot be connected to", () => {
  it("is tried ever more slowly by one client, which serves each command once when it is back", async () => {
    const scene = await GatewayScene.start({}, (discord) =>
      discord.queueFault({ fault: { kind: "refuse-upgrade", status: 520 }, times: 4 }),
    );
    const began = Date.now();
    await scene.ready();
    // 1 + 2 + 4 + 8 s, less the jitter of a half, beside the library's own half second each.
    expect(Date.now() - began).toBeGreaterThan(7_500);
    expect(scene.discord.handshakes).toBe(5);
    expect(scene.discord.gatewaySockets).toBe(1);
    await answers(scene);
    expect(scene.ran).toEqual([scene.person.id]);
    expect(scene.lines("reconnecting to Discord")).toHaveLength(1);
    expect(scene.lines("connected to Discord again")).toHaveLength(1);
  });

  it("leaves no client behind when it is closed meanwhile", async () => {
    const scene = await GatewayScene.start({}, (discord) =>
      discord.queueFault({ fault: { kind: "refuse-upgrade", status: 520 }, times: 100 }),
    );
    await vi.waitFor(() => expect(scene.discord.handshakes).toBeGreaterThan(1), WAIT);
    await scene.gateway.close();
    scene.discord.clearFaults();
    const { handshakes } = scene.discord;
    await pause(4_000);
    expect(scene.discord.handshakes).toBe(handshakes);
    expect(scene.discord.gatewaySockets).toBe(0);
  });
});

describe.concurrent("a gateway that is closed", () => {
  it.each([
    [4004, "DISCORD_TOKEN"],
    [4013, "newer version"],
    [4014, "developer portal"],
  ])("for good with %i is not ready, and says what a person must do", async (code, advice) => {
    const scene = await (await GatewayScene.start()).ready();
    scene.discord.queueFault({ fault: { kind: "close-gateway", code } });
    await vi.waitFor(() => expect(scene.gateway.fault).toContain(advice), WAIT);
    expect(scene.gateway.ready()).toBe(false);
    expect(scene.lines(advice)).toHaveLength(1);
  });

  it.each([1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009, 4999])(
    "with %i opens again, with one socket",
    async (code) => {
      const scene = await (await GatewayScene.start()).ready();
      scene.discord.queueFault({ fault: { kind: "close-gateway", code } });
      await vi.waitFor(() => expect(scene.lines("reconnecting")).toHaveLength(1), WAIT);
      await vi.waitFor(() => expect(scene.gateway.ready()).toBe(true), WAIT);
      await answers(scene);
      expect(scene.discord.gatewaySockets).toBe(1);
    },
  );

  it.each([true, false])("by an invalid session (resumable: %s) opens again", async (resumable) => {
    const scene = await (await GatewayScene.start()).ready();
    scene.discord.queueFault({ fault: { kind: "invalid-session", resumable } });
    await pause(500);
    await vi.waitFor(() => expect(scene.gateway.ready()).toBe(true), WAIT);
    await answers(scene);
  });

  it("is not ready while its heartbeats get no answer, and opens again", async () => {
    const scene = await (await GatewayScene.start({ limits: { heartbeatIntervalMs: 800 } })).ready();
    // Three answers tell how often it beats.
    await pause(4_000);
    expect(scene.gateway.ready()).toBe(true);
    scene.discord.queueFault({ fault: { kind: "mute-gateway" } });
    await vi.waitFor(() => expect(scene.gateway.ready()).toBe(false), WAIT);
    await vi.waitFor(() => expect(scene.gateway.ready()).toBe(true), WAIT);
    await answers(scene);
  });
});

type Bend = (data: Record<string, unknown>) => unknown;

function without(...names: readonly string[]): Bend {
  return (data) => Object.fromEntries(Object.entries(data).filter(([name]) => !names.includes(name)));
}

const ODD: readonly (readonly [what: string, bend: Bend])[] = [
  ["no entitlements", without("entitlements")],
  ["no locale", without("locale")],
  ["a locale that is a number", (data) => ({ ...data, locale: 7 })],
  ["no channel", without("channel")],
  ["no channel_id", without("channel_id")],
  ["a channel of an unknown kind", (data) => ({ ...data, channel: { id: data["channel_id"], type: 99 } })],
  ["no app_permissions", without("app_permissions", "guild_locale", "context", "version")],
  ["permissions that are no number", (data) => ({ ...data, app_permissions: "many" })],
  ["no authorizing owners", without("authorizing_integration_owners", "attachment_size_limit")],
  [
    "null wherever it may be",
    (data) => ({ ...data, entitlements: null, guild: null, message: null, user: null }),
  ],
  [
    "an odd member",
    (data) => ({ ...data, member: { ...(data["member"] as object), joined_at: 5, avatar: [] } }),
  ],
];

const UNREADABLE: readonly (readonly [what: string, bend: Bend])[] = [
  ["nobody who did it", without("member", "user")],
  ["no data", without("data")],
  ["a command without a name", (data) => ({ ...data, data: { id: "1", type: 1 } })],
  ["options that are no list", (data) => ({ ...data, data: { ...(data["data"] as object), options: 5 } })],
];

describe.concurrent("an odd interaction", () => {
  it.each(ODD)("with %s is answered", async (_what, bend) => {
    const scene = await (await GatewayScene.start()).ready();
    scene.discord.bendNextInteraction(bend);
    await answers(scene);
  });

  it.each(UNREADABLE)("with %s is told so, and the next one is answered", async (_what, bend) => {
    const scene = await (await GatewayScene.start()).ready();
    scene.discord.bendNextInteraction(bend);
    const { discord, person, channel } = scene;
    const view = await discord.runCommand(person.id, channel.id, "whoami");
    expect(view.message?.content).toMatch(/cannot read|ne sait pas lire/);
    expect(scene.ran).toEqual([]);
    await answers(scene);
    expect(scene.lines("cannot read")).toHaveLength(1);
  });

  it("without an option in focus gets no suggestions", async () => {
    const scene = await (await GatewayScene.start()).ready();
    const { discord, person, channel } = scene;
    discord.bendNextInteraction((data) => {
      const inner = data["data"] as { options: readonly object[] };
      const options = inner.options.map((option) => ({ ...option, focused: undefined }));
      return { ...data, data: { ...inner, options } };
    });
    expect(await discord.autocomplete(person.id, channel.id, "whoami", { ref: "ma" }, "ref")).toEqual([]);
    expect(await discord.autocomplete(person.id, channel.id, "whoami", { ref: "ma" }, "ref")).toEqual([
      { name: "ma!", value: "ma" },
    ]);
  });

  it("and any other odd event leaves the bot as it was", async () => {
    const scene = await (await GatewayScene.start()).ready();
    const { discord } = scene;
    for (const event of [
      "GUILD_CREATE",
      "GUILD_DELETE",
      "CHANNEL_UPDATE",
      "GUILD_ROLE_CREATE",
      "THREAD_CREATE",
    ]) {
      for (const data of [null, {}, 5, { id: discord.guildId, channels: [null] }, { guild: null }]) {
        // Discord says so of a guild that it cannot reach.
        const sent =
          event === "GUILD_DELETE" && typeof data === "object" && data !== null
            ? { ...data, unavailable: true }
            : data;
        discord.dispatchRaw(event, sent);
      }
    }
    for (const data of [null, 5, [], {}, { type: 99 }, { type: 2 }, { id: "1", token: "x", type: 2 }])
      discord.dispatchRaw("INTERACTION_CREATE", data);
    await answers(scene);
    expect(scene.discord.gatewaySockets).toBe(1);
  });
});

describe.concurrent("the guild", () => {
  it("that the bot was removed from and invited to again has its commands", async () => {
    const scene = await (await GatewayScene.start()).ready();
    scene.discord.kickBot();
    await vi.waitFor(() => expect(scene.lines("not in the Discord server")).toHaveLength(1), WAIT);
    expect(scene.discord.commands()).toEqual([]);
    scene.discord.inviteBot();
    await scene.ready();
    await answers(scene);
  });

  it("that the bot is not in at the start gets them with the invitation", async () => {
    const scene = await GatewayScene.start({}, (discord) => discord.kickBot());
    await vi.waitFor(() => expect(scene.lines("not in the Discord server")).toHaveLength(1), WAIT);
    scene.discord.inviteBot();
    await answers(await scene.ready());
  });
});

// Not beside the others: a promise that nobody took reaches each gateway of this process.
describe("what the library itself cannot read", () => {
  it("costs the client, and a new one begins", async () => {
    const scene = await (await GatewayScene.start()).ready();
    // It throws where nobody can catch it.
    scene.discord.dispatchRaw("READY", null);
    await vi.waitFor(() => expect(scene.logged.some(({ kind }) => kind === "protocol")).toBe(true), WAIT);
    await answers(await scene.ready());
    expect(scene.discord.gatewaySockets).toBe(1);
  });
});
