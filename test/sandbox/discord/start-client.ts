import { once } from "node:events";
import { Client, type ClientOptions, Events, GatewayIntentBits } from "discord.js";
import { startDiscord } from "../../../sandbox/discord/start-discord.js";
import type { Channel, DiscordOptions, DiscordStandIn, Person } from "../../../sandbox/discord/types.js";

/** A stand-in with one channel and one person, for a test to use and close. */
export interface Scene {
  readonly discord: DiscordStandIn;
  readonly channel: Channel;
  readonly person: Person;
}

export async function startScene(options?: DiscordOptions): Promise<Scene> {
  const discord = await startDiscord(options);
  return { discord, channel: discord.addChannel("deploys"), person: discord.addPerson({ name: "Ada" }) };
}

/** The real discord.js client, logged in and ready. */
export async function startClient(
  discord: DiscordStandIn,
  options: Partial<ClientOptions> = {},
): Promise<Client<true>> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: discord.apiUrl },
    // The client's own throttle waits for 5 s before a second IDENTIFY.
    ws: { buildIdentifyThrottler: async () => ({ waitForIdentify: async () => undefined }) },
    ...options,
  });
  const ready = once(client, Events.ClientReady);
  await client.login(discord.botToken);
  await ready;
  if (!client.isReady()) throw new Error("The client is not ready");
  return client;
}
