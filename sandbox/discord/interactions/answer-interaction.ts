import {
  CreateMessageInteractionCallbackRequestSchema,
  UpdateMessageInteractionCallbackRequestSchema,
} from "discord-api-spec/zod";
import { InteractionType, MessageFlags, InteractionResponseType as Type } from "discord-api-types/v10";
import { refusals } from "../discord-error.js";
import type { UploadedFile } from "../messages/merge-attachments.js";
import { publishMessage } from "../messages/publish-message.js";
import type { StoredMessage } from "../messages/stored-message.js";
import {
  createLoadingMessage,
  createMessage,
  editMessage,
  type MessageBody,
  type MessagePlace,
} from "../messages/write-message.js";
import { parseChoices } from "../validate/check-choices.js";
import { parseModal } from "../validate/check-modal.js";
import { refuseForm } from "../validate/form-errors.js";
import { parseBody } from "../validate/parse-body.js";
import type { World } from "../world.js";
import type { StoredInteraction } from "./stored-interaction.js";

/**
 * Takes the first answer of the bot to an interaction.
 *
 * @returns the message that it made or changed
 * @throws DiscordError when the answer does not fit the interaction or Discord's form
 */
export function answerInteraction(
  world: World,
  interaction: StoredInteraction,
  body: unknown,
  files: readonly UploadedFile[],
): StoredMessage | undefined {
  const type = answerType(interaction, body);
  switch (type) {
    case Type.ChannelMessageWithSource:
    case Type.DeferredChannelMessageWithSource:
      return answerWithMessage(world, interaction, type, body, files);
    case Type.DeferredMessageUpdate:
    case Type.UpdateMessage:
      return answerWithUpdate(world, interaction, type, body, files);
    case Type.ApplicationCommandAutocompleteResult: {
      const choices = parseChoices(body, interaction.focusedType);
      world.interactions.accept(interaction, { kind: "choices", choices });
      return undefined;
    }
    default:
      world.interactions.accept(interaction, { kind: "modal", modal: parseModal(body) });
      return undefined;
  }
}

function answerType(interaction: StoredInteraction, body: unknown): Type {
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
  const allowed = allowedAnswers(interaction);
  const found = allowed.find((candidate) => candidate === type);
  if (found === undefined) {
    return refuseForm(["type"], "BASE_TYPE_CHOICES", `Value must be one of {${allowed.join(", ")}}.`);
  }
  return found;
}

function allowedAnswers(interaction: StoredInteraction): readonly Type[] {
  const message = [Type.ChannelMessageWithSource, Type.DeferredChannelMessageWithSource];
  const update = [Type.DeferredMessageUpdate, Type.UpdateMessage];
  switch (interaction.type) {
    case InteractionType.ApplicationCommandAutocomplete:
      return [Type.ApplicationCommandAutocompleteResult];
    case InteractionType.ModalSubmit:
      return interaction.sourceId ? [...message, ...update] : message;
    case InteractionType.MessageComponent:
      return [...message, ...update, Type.Modal];
    default:
      return [...message, Type.Modal];
  }
}

function answerWithMessage(
  world: World,
  interaction: StoredInteraction,
  type: Type.ChannelMessageWithSource | Type.DeferredChannelMessageWithSource,
  body: unknown,
  files: readonly UploadedFile[],
): StoredMessage {
  const { data } = parseBody(CreateMessageInteractionCallbackRequestSchema, body);
  const place = replyPlace(interaction, data?.flags ?? 0);
  const isDeferred = type === Type.DeferredChannelMessageWithSource;
  const message = isDeferred
    ? createLoadingMessage(world, place)
    : createMessage(world, place, (data ?? {}) as MessageBody, files);
  interaction.originalId = message.id;
  if (!isDeferred) interaction.replyId = message.id;
  publishMessage(world, message);
  world.interactions.accept(interaction, { kind: isDeferred ? "deferred" : "message" });
  return message;
}

function answerWithUpdate(
  world: World,
  interaction: StoredInteraction,
  type: Type.DeferredMessageUpdate | Type.UpdateMessage,
  body: unknown,
  files: readonly UploadedFile[],
): StoredMessage {
  const { data } = parseBody(UpdateMessageInteractionCallbackRequestSchema, body);
  const source = world.messages.find(interaction.sourceId ?? "");
  if (!source) throw refusals.unknownMessage();
  interaction.originalId = source.id;
  if (type === Type.DeferredMessageUpdate) {
    world.interactions.accept(interaction, { kind: "deferred-update" });
    return source;
  }
  const edited = editMessage(world, source, (data ?? {}) as MessageBody, files);
  interaction.replyId = edited.id;
  publishMessage(world, edited);
  world.interactions.accept(interaction, { kind: "update" });
  return edited;
}

/** Where an answer or follow-up with these flags appears. */
export function replyPlace(interaction: StoredInteraction, flags: number): MessagePlace {
  const isEphemeral = (flags & MessageFlags.Ephemeral) !== 0;
  return {
    channelId: interaction.channelId,
    ...(isEphemeral ? { ephemeralFor: interaction.personId } : {}),
    origin: {
      interactionId: interaction.id,
      type: interaction.type,
      personId: interaction.personId,
      ...(interaction.command ? { command: interaction.command } : {}),
    },
  };
}
