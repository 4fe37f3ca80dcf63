import { apiChannel, personMember } from "../guild/guild-payloads.js";
import { botPermissions, everyonePermissions } from "../guild/permissions.js";
import { apiMessage } from "../messages/message-payloads.js";
import type { StoredMessage } from "../messages/stored-message.js";
import type { World } from "../world.js";
import type { StoredInteraction } from "./stored-interaction.js";

/** Discord's limit for one file without boosts, in bytes. */
const attachmentSizeLimit = 10 * 1024 * 1024;

/**
 * The data of INTERACTION_CREATE.
 *
 * @param data - what is particular to the kind of interaction
 * @param message - the message of a button
 */
export function interactionPayload(
  world: World,
  interaction: StoredInteraction,
  data: object,
  message?: StoredMessage,
): object {
  const { guild } = world;
  const person = guild.person(interaction.personId);
  const channel = guild.channel(interaction.channelId);
  return {
    version: 1,
    id: interaction.id,
    application_id: guild.bot.applicationId,
    type: interaction.type,
    token: interaction.token,
    data,
    guild_id: guild.id,
    guild: { id: guild.id, locale: "en-US", features: [] },
    channel_id: channel.id,
    channel: { ...apiChannel(guild, channel), permissions: everyonePermissions.toString() },
    member: { ...personMember(person), permissions: everyonePermissions.toString() },
    locale: person.locale,
    guild_locale: "en-US",
    app_permissions: botPermissions.toString(),
    entitlements: [],
    entitlement_sku_ids: [],
    authorizing_integration_owners: { "0": guild.id },
    context: 0,
    attachment_size_limit: attachmentSizeLimit,
    ...(message ? { message: apiMessage(guild, world.publicUrl, message) } : {}),
  };
}
