import type { APIEmbed, APIMessageTopLevelComponent, MessageType } from "discord-api-types/v10";

/** A file of a message. */
export interface StoredAttachment {
  readonly id: string;
  readonly filename: string;
  readonly description: string | undefined;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** The interaction that a message answers. */
export interface MessageOrigin {
  readonly interactionId: string;
  /** Interaction type, as in `interaction_metadata`. */
  readonly type: number;
  readonly personId: string;
  /** Full command name; absent when it answers a button or a modal. */
  readonly command?: string;
}

/** Who a message notifies or only names. */
export interface Mentions {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  /** `everyone` and `here`. */
  readonly wide: readonly string[];
}

/** A message as the stand-in keeps it; an edit replaces it. */
export interface StoredMessage {
  readonly id: string;
  readonly channelId: string;
  /** The bot's application id or a person's id. */
  readonly authorId: string;
  readonly type: MessageType;
  readonly content: string;
  readonly embeds: readonly APIEmbed[];
  readonly components: readonly APIMessageTopLevelComponent[];
  readonly attachments: readonly StoredAttachment[];
  readonly flags: number;
  readonly ephemeralFor?: string;
  readonly origin?: MessageOrigin;
  readonly mentions: Mentions;
  readonly pinged: readonly string[];
  readonly nonce?: string | number;
  readonly enforceNonce?: boolean;
  readonly replyTo?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly editedAt?: number;
  readonly edits: number;
}
