import { GatewayIntentBits } from "discord-api-types/v10";
import type { World } from "../world.js";
import { apiMessage } from "./message-payloads.js";
import type { StoredMessage } from "./stored-message.js";

/** Keeps a message and tells the gateway of it; an ephemeral one stays between the bot and its person. */
export function publishMessage(world: World, message: StoredMessage): StoredMessage {
  const isNew = world.messages.find(message.id) === undefined;
  world.messages.put(message);
  if (!message.ephemeralFor) {
    const data = { ...apiMessage(world.guild, world.publicUrl, message), guild_id: world.guild.id };
    world.gateway.dispatch(
      isNew ? "MESSAGE_CREATE" : "MESSAGE_UPDATE",
      data,
      GatewayIntentBits.GuildMessages,
    );
  }
  return message;
}

export function removeMessage(world: World, message: StoredMessage): void {
  world.messages.delete(message);
  if (message.ephemeralFor) return;
  const data = { id: message.id, channel_id: message.channelId, guild_id: world.guild.id };
  world.gateway.dispatch("MESSAGE_DELETE", data, GatewayIntentBits.GuildMessages);
}
