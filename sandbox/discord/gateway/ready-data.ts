import { APIVersion } from "discord-api-types/v10";
import type { Guild } from "../guild/guild.js";
import { botUser } from "../guild/guild-payloads.js";

/** The data of READY: the guild is unavailable until its GUILD_CREATE. */
export function readyData(guild: Guild, sessionId: string, url: string, shard: readonly [number, number]) {
  return {
    v: Number(APIVersion),
    user: { ...botUser(guild.bot), verified: true, mfa_enabled: false, email: null, flags: 0 },
    user_settings: {},
    guilds: guild.bot.isMember ? [{ id: guild.id, unavailable: true }] : [],
    session_id: sessionId,
    session_type: "normal",
    resume_gateway_url: url,
    shard,
    application: { id: guild.bot.applicationId, flags: 0 },
    private_channels: [],
    presences: [],
    relationships: [],
    geo_ordered_rtc_regions: [],
    _trace: [],
  };
}
