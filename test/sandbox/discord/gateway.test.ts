import { inflateSync } from "node:zlib";
import { GatewayIntentBits, GatewayOpcodes } from "discord.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { DiscordOptions } from "../../../sandbox/discord/types.js";
import { RawGateway } from "./raw-gateway.js";
import { restCall } from "./rest-call.js";
import { type Scene, startScene } from "./start-client.js";

let scene: Scene;

beforeEach(async () => {
  scene = await startScene({ limits: { identifyIntervalMs: 0 } });
});

afterEach(() => scene.discord.close());

async function restart(options: DiscordOptions): Promise<void> {
  await scene.discord.close();
  scene = await startScene(options);
}

describe("the gateway", () => {
  it("says hello, ready and what the guild is", async () => {
    const gateway = await RawGateway.identified(scene.discord);

    const hello = await gateway.opcode(GatewayOpcodes.Hello);
    const ready = await gateway.event("READY");
    const guild = await gateway.event("GUILD_CREATE");

    expect(hello.d["heartbeat_interval"]).toBe(41_250);
    expect(ready.d).toMatchObject({
      v: 10,
      application: { id: scene.discord.applicationId },
      guilds: [{ id: scene.discord.guildId, unavailable: true }],
    });
    expect(guild.d).toMatchObject({ id: scene.discord.guildId, channels: [{ name: "deploys" }] });
    expect([ready.s, guild.s]).toEqual([1, 2]);
  });

  it("acknowledges heartbeats", async () => {
    const gateway = await RawGateway.connect(scene.discord);

    gateway.send(GatewayOpcodes.Heartbeat, null);

    expect(await gateway.opcode(GatewayOpcodes.HeartbeatAck)).toBeDefined();
  });

  it("drops a client that sends no heartbeat", async () => {
    await restart({ limits: { heartbeatIntervalMs: 40 } });
    const gateway = await RawGateway.identified(scene.discord);

    expect(await gateway.closed).toBe(4009);
    await expect.poll(() => scene.discord.botOnline()).toBe(false);
  });

  it.each<[string, number, (gateway: RawGateway, token: string) => void]>([
    ["a wrong token", 4004, (gateway) => gateway.identify("wrong")],
    ["unknown intents", 4013, (gateway, token) => gateway.identify(token, 1 << 30)],
    [
      "a privileged intent",
      4014,
      (gateway, token) => gateway.identify(token, GatewayIntentBits.MessageContent),
    ],
    ["an unknown opcode", 4001, (gateway) => gateway.send(99, null)],
    ["no JSON", 4002, (gateway) => gateway.sendText("hello")],
    ["an IDENTIFY without token", 4002, (gateway) => gateway.send(GatewayOpcodes.Identify, {})],
    ["a payload before IDENTIFY", 4003, (gateway) => gateway.send(GatewayOpcodes.PresenceUpdate, {})],
  ])("closes after %s with %i", async (_, code, act) => {
    const gateway = await RawGateway.connect(scene.discord);

    act(gateway, scene.discord.botToken);

    expect(await gateway.closed).toBe(code);
  });

  it("closes after a second IDENTIFY", async () => {
    const gateway = await RawGateway.identified(scene.discord);

    gateway.identify(scene.discord.botToken);

    expect(await gateway.closed).toBe(4005);
  });

  it("closes a client that floods it", async () => {
    const gateway = await RawGateway.connect(scene.discord);

    for (let sent = 0; sent <= 120; sent++) gateway.send(GatewayOpcodes.Heartbeat, null);

    expect(await gateway.closed).toBe(4008);
  });

  it("refuses another version of the API", async () => {
    const gateway = await RawGateway.connect(scene.discord, "v=9&encoding=json");

    expect(await gateway.closed).toBe(4012);
  });

  it("compresses as one zlib stream when asked to", async () => {
    const { body } = await restCall(scene.discord, "GET", "/gateway");
    const socket = new WebSocket(`${body["url"]}?v=10&encoding=json&compress=zlib-stream`);

    const first = await new Promise<Buffer>((resolve) =>
      socket.once("message", (data: Buffer) => resolve(data)),
    );
    socket.terminate();

    expect(first.subarray(-4)).toEqual(Buffer.from([0, 0, 255, 255]));
    const text = inflateSync(first, { finishFlush: 2 }).toString();
    expect(JSON.parse(text)).toMatchObject({ op: GatewayOpcodes.Hello });
  });
});

describe("a session", () => {
  async function resumed(
    sessionId: unknown,
    seq: number,
    token = scene.discord.botToken,
  ): Promise<RawGateway> {
    const gateway = await RawGateway.connect(scene.discord);
    gateway.send(GatewayOpcodes.Resume, { token, session_id: sessionId, seq });
    return gateway;
  }

  async function lostSession(closeCode: number): Promise<unknown> {
    const gateway = await RawGateway.identified(scene.discord);
    await gateway.event("GUILD_CREATE");
    const { d } = await gateway.event("READY");
    await gateway.close(closeCode);
    await expect.poll(() => scene.discord.botOnline()).toBe(false);
    return d["session_id"];
  }

  it("gives what was missed when it is resumed", async () => {
    const session = await lostSession(4000);
    scene.discord.addChannel("new");

    const gateway = await resumed(session, 2);
    await gateway.event("RESUMED");

    expect(gateway.received.filter(({ op }) => op === 0).map(({ t, s }) => [t, s])).toEqual([
      ["CHANNEL_CREATE", 3],
      ["RESUMED", 4],
    ]);
    expect(scene.discord.botOnline()).toBe(true);
  });

  it.each([
    ["that the client ended", 1000],
    ["that the client left", 1001],
  ])("%s cannot be resumed", async (_, code) => {
    const session = await lostSession(code);

    const gateway = await resumed(session, 2);

    expect(await gateway.opcode(GatewayOpcodes.InvalidSession)).toMatchObject({ d: false });
  });

  it("cannot be resumed from the future", async () => {
    const session = await lostSession(4000);

    const gateway = await resumed(session, 99);

    expect(await gateway.closed).toBe(4007);
  });

  it("cannot be resumed with another token", async () => {
    const session = await lostSession(4000);

    const gateway = await resumed(session, 2, "wrong");

    expect(await gateway.closed).toBe(4004);
  });

  it("cannot be resumed after too long", async () => {
    let elapsed = 0;
    await restart({ now: () => Date.now() + elapsed });
    const session = await lostSession(4000);
    elapsed = 10 * 60_000;

    const gateway = await resumed(session, 2);

    expect(await gateway.opcode(GatewayOpcodes.InvalidSession)).toMatchObject({ d: false });
  });
});

describe("IDENTIFY", () => {
  it("too early after the one before is an invalid session", async () => {
    let elapsed = 0;
    await restart({ now: () => Date.now() + elapsed });
    await RawGateway.identified(scene.discord);
    const early = await RawGateway.connect(scene.discord);
    early.identify(scene.discord.botToken);
    const refusal = await early.opcode(GatewayOpcodes.InvalidSession);
    elapsed = 5_000;

    early.identify(scene.discord.botToken);

    expect(refusal.d).toBe(false);
    expect(await early.event("READY")).toBeDefined();
  });

  it("counts down, and beyond the day's limit the token is reset", async () => {
    await restart({ limits: { identifyIntervalMs: 0, identifiesPerDay: 1 } });
    const before = await restCall(scene.discord, "GET", "/gateway/bot");
    await RawGateway.identified(scene.discord);
    const after = await restCall(scene.discord, "GET", "/gateway/bot");
    const gateway = await RawGateway.connect(scene.discord);

    gateway.identify(scene.discord.botToken);

    expect(before.body).toMatchObject({
      shards: 1,
      session_start_limit: { total: 1, remaining: 1, max_concurrency: 1 },
    });
    expect(after.body).toMatchObject({ session_start_limit: { remaining: 0 } });
    expect(await gateway.closed).toBe(4004);
  });
});

describe("intents", () => {
  it("decide whether messages are told of", async () => {
    const deaf = await RawGateway.identified(scene.discord, GatewayIntentBits.Guilds);
    const hearing = await RawGateway.identified(
      scene.discord,
      GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages,
    );

    scene.discord.say(scene.person.id, scene.channel.id, "secret plan");
    const heard = await hearing.event("MESSAGE_CREATE");
    scene.discord.addChannel("after");
    await deaf.event("CHANNEL_CREATE");

    expect(heard.d).toMatchObject({ author: { id: scene.person.id }, content: "" });
    expect(deaf.received.map(({ t }) => t)).not.toContain("MESSAGE_CREATE");
  });

  it("without GUILDS bring no guild", async () => {
    const gateway = await RawGateway.identified(scene.discord, 0);

    gateway.send(GatewayOpcodes.Heartbeat, null);
    await gateway.opcode(GatewayOpcodes.HeartbeatAck);

    expect(gateway.received.map(({ t }) => t)).not.toContain("GUILD_CREATE");
  });
});
