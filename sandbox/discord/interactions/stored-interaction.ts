import type { ApplicationCommandOptionType, InteractionType } from "discord-api-types/v10";
import type { Choice } from "../types.js";
import type { Modal } from "../validate/check-modal.js";

/** The first answer that was accepted. */
export type Answer =
  | { readonly kind: "message" | "deferred" | "update" | "deferred-update" }
  | { readonly kind: "modal"; readonly modal: Modal }
  | { readonly kind: "choices"; readonly choices: readonly Choice[] };

/** One interaction from its dispatch on. */
export interface StoredInteraction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly personId: string;
  readonly channelId: string;
  /** Full name, for a command. */
  readonly command?: string;
  /** Message of the button, or of the button that opened the modal. */
  readonly sourceId?: string;
  /** Kind of the option whose choices are asked for. */
  readonly focusedType?: ApplicationCommandOptionType;
  /** Milliseconds since the epoch, by the stand-in's clock. */
  readonly createdAt: number;
  /** Milliseconds of the monotonic clock. */
  readonly dispatchedAt: number;
  answer: Answer | undefined;
  firstAnswerMs: number | undefined;
  failed: boolean;
  /** What `@original` stands for. */
  originalId: string | undefined;
  /** The message that a person sees as the answer, once it has content. */
  replyId: string | undefined;
  /** Follow-ups, by their ids. */
  readonly followUps: Set<string>;
  modalSubmitted: boolean;
}
