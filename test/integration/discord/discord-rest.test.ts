import { Routes } from "discord-api-types/v10";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { DiscordStandIn } from "../../../sandbox/discord/types.js";
import { DiscordRest } from "../../../src/discord/discord-rest.js";

const closing: DiscordStandIn[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((discord) => discord.close()));
});

async function scene() {
  const discord = await startDiscord({ rateLimits: false });
  closing.push(discord);
  const channel = discord.addChannel("deploys");
  const clock = { now: 1_000_000 };
  const logged: string[] = [];
  const logger = pino({}, { write: (line: string) => logged.push(JSON.parse(line).msg) });
  const rest = new DiscordRest({ api: discord.apiUrl, logger, now: () => clock.now });
  rest.setToken(discord.botToken);
  const post = (content: string) => rest.post(Routes.channelMessages(channel.id), { body: { content } });
  return { discord, channel, clock, logged, post };
}

describe("a request that Discord answers with 401", () => {
  it("silences the next ones for seconds alone, and asks nothing of Discord meanwhile", async () => {
    const { discord, channel, clock, logged, post } = await scene();
    discord.queueFault({ fault: { kind: "status", status: 401 } });
    await expect(post("one")).rejects.toMatchObject({ status: 401 });
    const asked = discord.requests.length;
    await expect(post("two")).rejects.toMatchObject({ name: "RefusedTokenError", status: 401 });
    expect(discord.requests).toHaveLength(asked);
    clock.now += 5_000;
    await post("three");
    expect(discord.messages(channel.id).map(({ content }) => content)).toEqual(["three"]);
    expect(logged).toEqual([
      "Discord refuses the token: put the bot's present token into DISCORD_TOKEN and restart",
      "Discord accepts the token again",
    ]);
  });

  it("again and again is asked ever more slowly, at least once a minute", async () => {
    const { discord, clock, post } = await scene();
    discord.queueFault({ fault: { kind: "status", status: 401 }, times: 20 });
    for (let second = 0; second < 600; second++) {
      await expect(post("x")).rejects.toMatchObject({ status: 401 });
      clock.now += 1_000;
    }
    expect(discord.requests.length).toBeGreaterThanOrEqual(10);
    expect(discord.requests.length).toBeLessThanOrEqual(15);
  });
});
