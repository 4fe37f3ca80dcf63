import {
  type APIApplication,
  type APIGuildMember,
  type APIRole,
  type APITextChannel,
  type APIUser,
  type ApplicationFlags,
  ChannelType,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  type GuildMemberFlags,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildSystemChannelFlags,
  GuildVerificationLevel,
  Locale,
  type RoleFlags,
} from "discord-api-types/v10";
import type { Bot, Guild, GuildChannel, Member } from "./guild.js";
import { botPermissions, everyonePermissions } from "./permissions.js";

/** The bot as an APIUser. */
export function botUser(bot: Bot): APIUser {
  return {
    id: bot.applicationId,
    username: bot.name,
    discriminator: "0001",
    global_name: null,
    avatar: null,
    bot: true,
  };
}

export function personUser(person: Pick<Member, "id" | "name">): APIUser {
  return {
    id: person.id,
    username: person.name.toLowerCase().replaceAll(/[^a-z0-9_.]+/g, "_"),
    discriminator: "0",
    global_name: person.name,
    avatar: null,
  };
}

export function personMember(person: Member): APIGuildMember {
  return { ...memberDefaults(person.joinedAt), user: personUser(person), roles: [...person.roles] };
}

export function botMember(bot: Bot): APIGuildMember {
  return { ...memberDefaults(bot.joinedAt), user: botUser(bot), roles: [bot.roleId] };
}

function memberDefaults(joinedAt: number): Omit<APIGuildMember, "user" | "roles"> {
  return {
    nick: null,
    avatar: null,
    banner: null,
    joined_at: new Date(joinedAt).toISOString(),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
    pending: false,
    communication_disabled_until: null,
  };
}

export function apiChannel(guild: Guild, channel: GuildChannel): APITextChannel & { guild_id: string } {
  return {
    id: channel.id,
    type: ChannelType.GuildText,
    guild_id: guild.id,
    name: channel.name,
    position: [...guild.channels.keys()].indexOf(channel.id),
    permission_overwrites: [],
    nsfw: false,
    parent_id: null,
    topic: null,
    rate_limit_per_user: 0,
    last_message_id: null,
  };
}

/** Every role, with the one of everyone (whose id is the guild's) and the bot's own. */
export function apiRoles(guild: Guild): readonly APIRole[] {
  const named = [...guild.roles.values()].map((role, index) =>
    apiRole(role.id, role.name, role.color, index + 2, 0n),
  );
  return [
    apiRole(guild.id, "@everyone", 0, 0, everyonePermissions),
    { ...apiRole(guild.bot.roleId, guild.bot.name, 0, 1, botPermissions), managed: true },
    ...named,
  ];
}

function apiRole(id: string, name: string, color: number, position: number, permissions: bigint): APIRole {
  return {
    id,
    name,
    color,
    colors: { primary_color: color, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions: permissions.toString(),
    managed: false,
    mentionable: false,
    flags: 0 as RoleFlags,
  };
}

/** A guild as GET /guilds/{id} gives it. */
export function apiGuild(guild: Guild) {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300 as const,
    verification_level: GuildVerificationLevel.None,
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    roles: [...apiRoles(guild)],
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: GuildMFALevel.None,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: GuildSystemChannelFlags.SuppressJoinNotifications,
    rules_channel_id: null,
    max_presences: null,
    max_members: 500_000,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: GuildPremiumTier.None,
    premium_subscription_count: 0,
    preferred_locale: Locale.EnglishUS,
    public_updates_channel_id: null,
    nsfw_level: GuildNSFWLevel.Default,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    incidents_data: null,
    region: "",
  };
}

/** The data of GUILD_CREATE; all members come only with the intent GUILD_MEMBERS. */
export function guildCreateData(guild: Guild, withMembers: boolean) {
  const people = withMembers ? [...guild.people.values()].map(personMember) : [];
  return {
    ...apiGuild(guild),
    joined_at: new Date(guild.bot.joinedAt).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.people.size + 1,
    voice_states: [],
    members: [botMember(guild.bot), ...people],
    channels: visibleChannels(guild),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

/** The channels that the bot may see. */
export function visibleChannels(guild: Guild) {
  return [...guild.channels.values()]
    .filter((channel) => channel.botAccess)
    .map((channel) => apiChannel(guild, channel));
}

/** The application as GET /applications/@me gives it. */
export function apiApplication(guild: Guild): Partial<APIApplication> {
  const { applicationId, name } = guild.bot;
  return {
    id: applicationId,
    name,
    icon: null,
    description: "",
    bot_public: false,
    bot_require_code_grant: false,
    terms_of_service_url: "",
    privacy_policy_url: "",
    verify_key: "0".repeat(64),
    team: null,
    flags: 0 as ApplicationFlags,
    bot: botUser(guild.bot),
    owner: personUser({ id: guild.ownerId, name: "owner" }),
    approximate_guild_count: 1,
  };
}
