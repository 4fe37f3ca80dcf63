import type { CommandOptions, InteractionView } from "../../../discord/types.js";
import type { InteractionAnswer } from "../../common/wire.js";
import { pressButton, runCommand, submitModal } from "../api.js";
import { withEntry, withMember, withoutEntry, withoutMember } from "./collections.js";
import { addNotice, failNotice, removeNotice } from "./notices.js";
import type { Page } from "./page.js";
import type { OpenModal, PageState } from "./page-state.js";

const noAnswer = "The application did not respond";
const unreachable: InteractionAnswer = { kind: "refused", reason: "The sandbox could not be reached." };

/** Sends a command and shows under the messages how it goes until the bot's own message takes over. */
export async function sendCommand(
  page: Page,
  command: { readonly name: string; readonly label: string },
  options: CommandOptions,
): Promise<void> {
  const { viewerId: personId, channelId, sent: id } = page.state;
  page.update((state) =>
    addNotice(state, { id, channelId, personId, command: command.label, state: "sending" }),
  );
  const request = { personId, channelId, name: command.name, options };
  const answer = await runCommand(request).catch(() => unreachable);
  page.update((state) => {
    if (answer.kind === "refused") return refuse(removeNotice(state, id), answer.reason);
    const { interaction } = answer;
    if (interaction.state === "failed") return failNotice(state, id);
    return openModal(removeNotice(state, id), interaction, personId);
  });
}

export async function press(page: Page, messageId: string, customId: string): Promise<void> {
  const personId = page.state.viewerId;
  const key = pressKey(messageId, customId);
  page.update((state) => ({
    ...state,
    sent: state.sent + 1,
    pressed: withMember(state.pressed, key),
    pressProblems: withoutEntry(state.pressProblems, messageId),
  }));
  const answer = await pressButton({ personId, messageId, customId }).catch(() => unreachable);
  page.update((before) => {
    const state = { ...before, pressed: withoutMember(before.pressed, key) };
    const problem = problemOf(answer);
    if (problem !== undefined) {
      return { ...state, pressProblems: withEntry(state.pressProblems, messageId, problem) };
    }
    return answer.kind === "interaction" ? openModal(state, answer.interaction, personId) : state;
  });
}

export function pressKey(messageId: string, customId: string): string {
  return `${messageId}/${customId}`;
}

export async function submit(
  page: Page,
  modal: OpenModal,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const { interactionId, personId } = modal;
  page.update((state) => ({ ...state, modal: { ...modal, state: "sending", problems: {} } }));
  const answer = await submitModal({ personId, interactionId, values }).catch(() => unreachable);
  page.update((state) => {
    if (answer.kind === "refused" || answer.interaction.state === "failed") {
      return { ...state, modal: { ...modal, state: "failed", problems: {} } };
    }
    return openModal(closeModal(state), answer.interaction, personId);
  });
}

export function closeModal({ modal: _closed, ...state }: PageState): PageState {
  return state;
}

function openModal(state: PageState, interaction: InteractionView, personId: string): PageState {
  const { modal: view, id: interactionId } = interaction;
  if (view === undefined) return state;
  return { ...state, modal: { interactionId, personId, view, state: "open", problems: {} } };
}

function problemOf(answer: InteractionAnswer): string | undefined {
  if (answer.kind === "refused") return answer.reason;
  return answer.interaction.state === "failed" ? noAnswer : undefined;
}

function refuse(state: PageState, problem: string): PageState {
  return { ...state, composer: { ...state.composer, problem } };
}
