/**
 * The least that a bot on discord.js can do: it knows one command and answers it with a constant. What it takes
 * is what discord.js, the network and the Discord stand-in take.
 */
import { Client, Events, GatewayIntentBits, type InteractionReplyOptions } from "discord.js";

const reply = JSON.parse(process.env["REPLY"] ?? "{}") as InteractionReplyOptions;

const client = new Client({
  intents: [GatewayIntentBits.Guilds],
  rest: { api: process.env["DISCORD_API_URL"] ?? "" },
});
client.on(Events.InteractionCreate, (interaction) => {
  if (interaction.isChatInputCommand()) void interaction.reply(reply);
});
client.once(Events.ClientReady, async (ready) => {
  const definition = { name: "status", description: "Answers with a constant" };
  await ready.application.commands.set([definition], process.env["DISCORD_GUILD"] ?? "");
  console.log("ready");
});
process.once("SIGTERM", () => process.exit(0));
await client.login(process.env["DISCORD_TOKEN"]);
