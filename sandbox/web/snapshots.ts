import type { Channel, DiscordStandIn } from "../discord/types.js";
import type { ChannelSummary, GuildSnapshot, MessagesSnapshot } from "./common/wire.js";
import type { WebActions } from "./web-actions.js";

/** As many as Discord loads at once is 50; twice that keeps a long demo readable without paging. */
const newestMessages = 100;

export interface GuildNames {
  readonly guildName: string;
  readonly botName: string;
}

/** Whom and what a browser wants to see. An unknown id, or none, means the first of the guild. */
export interface ViewWish {
  readonly viewer: string;
  readonly channel: string;
}

export function guildSnapshot(
  discord: DiscordStandIn,
  actions: WebActions,
  names: GuildNames,
  wish: ViewWish,
): GuildSnapshot {
  const viewerId = pick(discord.people(), wish.viewer)?.id;
  return {
    ...names,
    botOnline: discord.botOnline(),
    channels: discord.channels().map((channel) => summarize(discord, channel, viewerId)),
    people: discord.people(),
    roles: discord.roles(),
    commands: discord.commands(),
    repositories: actions.repositories(),
    applications: actions.applications(),
  };
}

export function messagesSnapshot(discord: DiscordStandIn, wish: ViewWish): MessagesSnapshot {
  const viewerId = pick(discord.people(), wish.viewer)?.id ?? "";
  const channelId = pick(discord.channels(), wish.channel)?.id;
  if (channelId === undefined) return { channelId: "", viewerId, messages: [] };
  return { channelId, viewerId, messages: discord.messages(channelId, viewerId).slice(-newestMessages) };
}

function summarize(discord: DiscordStandIn, channel: Channel, viewerId: string | undefined): ChannelSummary {
  const newest = discord.messages(channel.id, viewerId).at(-1);
  return { id: channel.id, name: channel.name, ...(newest && { lastMessageId: newest.id }) };
}

function pick<T extends { readonly id: string }>(all: readonly T[], id: string): T | undefined {
  return all.find((one) => one.id === id) ?? all[0];
}
