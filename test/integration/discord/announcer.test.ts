import { REST } from "discord.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";
import { LogStore } from "../../../src/deployments/log-store.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import { start, succeed } from "../../../src/deployments/transitions.js";
import { AnnouncementStore } from "../../../src/discord/announcement-store.js";
import { type AnnouncerParts, announceDeployment } from "../../../src/discord/announcer.js";
import { aRecord, configWith, environmentInput } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

describe("the announcer", () => {
  let fixture: RedisFixture;
  let discord: DiscordStandIn;
  let channelId: string;
  let parts: AnnouncerParts;
  let now = 1_700_000_000_000;

  beforeAll(async () => {
    fixture = await startRedisFixture();
    discord = await startDiscord();
    channelId = discord.addChannel("deployments").id;
    const { redis } = fixture;
    parts = {
      config: configWith({ uat: environmentInput({ channel: channelId }) }),
      store: new DeploymentStore(redis),
      logs: new LogStore(redis),
      announcements: new AnnouncementStore(redis),
      rest: new REST({ api: discord.apiUrl }).setToken(discord.botToken),
      now: () => now,
    };
  });

  afterAll(async () => {
    await discord?.close();
    await fixture?.close();
  });

  async function createDeployment(id: string): Promise<string> {
    const { number: _number, version: _version, ...deployment } = aRecord({ id });
    await parts.store.create(deployment);
    return id;
  }

  async function run(id: string): Promise<void> {
    await parts.store.update(id, (record) => start(record, "claim", [], now));
    await parts.store.update(id, (record) => succeed(record, now));
  }

  function contents(): readonly string[] {
    return discord.messages(channelId).map(({ content }) => content);
  }

  it("brings a message up to date whose creation was cut off before it was noted", async () => {
    const id = await createDeployment("a".repeat(24));
    await announceDeployment(parts, id);
    // As after a crash between Discord's answer and the note in Redis.
    await fixture.redis.del(`slipway:announcement:${id}`);
    await run(id);

    const again = await announceDeployment(parts, id);
    const edited = await announceDeployment(parts, id);

    expect(again.kind).toBe("later");
    expect(edited.kind).toBe("done");
    expect(contents()).toEqual(["🎯 **UAT - Deployment succeeded ✅**"]);
  });

  it("asks to be called later instead of editing twice in two seconds", async () => {
    const id = await createDeployment("b".repeat(24));
    await announceDeployment(parts, id);
    await parts.store.update(id, (record) => start(record, "claim", [], now));
    await announceDeployment(parts, id);
    await parts.store.update(id, (record) => succeed(record, now));

    const early = await announceDeployment(parts, id);
    now += 2_000;
    const inTime = await announceDeployment(parts, id);

    expect(early).toEqual({ kind: "later", at: now });
    expect(inTime).toEqual({ kind: "done" });
    expect(contents().at(-1)).toContain("succeeded");
  });

  it("makes a new message where people deleted the first one", async () => {
    const id = await createDeployment("c".repeat(24));
    await announceDeployment(parts, id);
    const first = discord.messages(channelId).at(-1);
    await parts.rest.delete(`/channels/${channelId}/messages/${first?.id}`);
    await run(id);

    await announceDeployment(parts, id);

    const last = discord.messages(channelId).at(-1);
    expect(last?.content).toContain("succeeded");
    expect(last?.id).not.toBe(first?.id);
  });
});
