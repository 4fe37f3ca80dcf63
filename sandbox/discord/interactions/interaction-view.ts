import { TextInputStyle } from "discord-api-types/v10";
import { messageView } from "../messages/message-payloads.js";
import type { InteractionView, MessageView, ModalView } from "../types.js";
import { type Modal, type ModalInput, modalInputs } from "../validate/check-modal.js";
import type { World } from "../world.js";
import type { StoredInteraction } from "./stored-interaction.js";

/** What a person sees of an interaction as it stands now. */
export function interactionView(world: World, interaction: StoredInteraction): InteractionView {
  const { id, answer, firstAnswerMs } = interaction;
  if (!answer) return { id, state: interaction.failed ? "failed" : "thinking" };
  const message = shownMessage(world, interaction);
  const isThinking = answer.kind === "deferred" && interaction.replyId === undefined;
  return {
    id,
    state: isThinking ? "thinking" : "answered",
    ...(message ? { message } : {}),
    ...(answer.kind === "modal" ? { modal: modalView(answer.modal) } : {}),
    ...(firstAnswerMs === undefined ? {} : { firstAnswerMs }),
  };
}

/** The message that answers, once it has content. */
export function replyView(world: World, interaction: StoredInteraction): MessageView | undefined {
  const message = world.messages.find(interaction.replyId ?? "");
  return message && messageView(world.guild, world.publicUrl, message);
}

function shownMessage(world: World, interaction: StoredInteraction): MessageView | undefined {
  const reply = replyView(world, interaction);
  if (reply || interaction.answer?.kind !== "deferred-update") return reply;
  const source = world.messages.find(interaction.sourceId ?? "");
  return source && messageView(world.guild, world.publicUrl, source);
}

function modalView(modal: Modal): ModalView {
  return { customId: modal.custom_id, title: modal.title, inputs: modalInputs(modal).map(inputView) };
}

function inputView({ input, label }: ModalInput): ModalView["inputs"][number] {
  return {
    customId: input.custom_id,
    label: label ?? "",
    style: input.style === TextInputStyle.Paragraph ? "paragraph" : "short",
    required: input.required ?? true,
    ...(input.placeholder ? { placeholder: input.placeholder } : {}),
    ...(input.value ? { value: input.value } : {}),
    ...(input.min_length === undefined ? {} : { minLength: input.min_length }),
    ...(input.max_length === undefined ? {} : { maxLength: input.max_length }),
  };
}
