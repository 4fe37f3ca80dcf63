import { PermissionFlagsBits as Bits } from "discord-api-types/v10";

/** What everyone may do in the stand-in's guild. */
export const everyonePermissions =
  Bits.ViewChannel |
  Bits.SendMessages |
  Bits.ReadMessageHistory |
  Bits.AddReactions |
  Bits.EmbedLinks |
  Bits.AttachFiles |
  Bits.UseApplicationCommands |
  Bits.ChangeNickname;

/**
 * What the bot may do. It may mention everyone: only its own allowed mentions keep a hostile text from pinging.
 */
export const botPermissions =
  everyonePermissions | Bits.MentionEveryone | Bits.UseExternalEmojis | Bits.CreatePublicThreads;
