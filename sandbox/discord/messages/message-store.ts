import type { Changes } from "../changes.js";
import { refusals } from "../discord-error.js";
import type { StoredAttachment, StoredMessage } from "./stored-message.js";

/** All messages of the guild, and the files that they carry or carried. */
export class MessageStore {
  readonly #messages = new Map<string, StoredMessage>();
  readonly #byChannel = new Map<string, Set<string>>();
  readonly #attachments = new Map<string, StoredAttachment>();
  readonly #changes: Changes;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Adds a message or puts its new state in the place of the old one. */
  put(message: StoredMessage): StoredMessage {
    this.#messages.set(message.id, message);
    const channel = this.#byChannel.get(message.channelId) ?? new Set();
    this.#byChannel.set(message.channelId, channel.add(message.id));
    for (const attachment of message.attachments) this.#attachments.set(attachment.id, attachment);
    this.#changes.emit({ kind: "message", channelId: message.channelId, messageId: message.id });
    return message;
  }

  delete(message: StoredMessage): void {
    this.#messages.delete(message.id);
    this.#byChannel.get(message.channelId)?.delete(message.id);
    this.#changes.emit({ kind: "message-deleted", channelId: message.channelId, messageId: message.id });
  }

  find(id: string): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  /** @throws DiscordError 10008 */
  get(id: string): StoredMessage {
    const message = this.#messages.get(id);
    if (!message) throw refusals.unknownMessage();
    return message;
  }

  /** A message that everyone in the channel sees. @throws DiscordError 10008 */
  getPublic(channelId: string, id: string): StoredMessage {
    const message = this.#messages.get(id);
    if (!message || message.channelId !== channelId || message.ephemeralFor) throw refusals.unknownMessage();
    return message;
  }

  /** Oldest first; ephemeral ones only for their viewer. */
  visible(channelId: string, viewerId?: string): readonly StoredMessage[] {
    return [...(this.#byChannel.get(channelId) ?? [])].flatMap((id) => {
      const message = this.#messages.get(id);
      const isVisible = message && (!message.ephemeralFor || message.ephemeralFor === viewerId);
      return isVisible ? [message] : [];
    });
  }

  /** The last message of the channel made with this enforced nonce since then, in milliseconds since the epoch. */
  findByNonce(channelId: string, nonce: string | number, since: number): StoredMessage | undefined {
    return this.visible(channelId).findLast(
      (message) => message.enforceNonce && message.nonce === nonce && message.createdAt >= since,
    );
  }

  /** A file, also after its message was edited or deleted, as a CDN keeps it. */
  attachment(id: string): StoredAttachment | undefined {
    return this.#attachments.get(id);
  }
}
