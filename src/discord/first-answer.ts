import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
} from "discord.js";
import type { APIModalInteractionResponseCallbackData } from "discord-api-types/v10";
import type { CommandMentions } from "./command-mentions.js";
import { languageOf, wordsFor } from "./locales/index.js";
import type { Reply } from "./messages/replies.js";
import { sendFiles } from "./send-files.js";

/** Discord waits 3 s for the first answer; past this many milliseconds "thinking…" is sent, to be filled in later. */
const DEFER_AFTER_MS = 1_500;

export type AnswerableInteraction = ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction;
export type Form = APIModalInteractionResponseCallbackData;

/** A form to fill in, and what is said where it comes too late: Discord takes a form only as the first answer. */
export interface FormAnswer {
  readonly form: Form;
  readonly otherwise: Reply;
}

/**
 * Answers an interaction: directly when the answer is ready in time, else with a deferral first. Discord takes
 * exactly one first answer. Every answer is seen only by the person who asked.
 *
 * @returns what the person reads now; undefined where a form opened
 * @throws DiscordAPIError, HTTPError when Discord does not take the answer
 */
export async function answerInteraction(
  { mentions }: { readonly mentions: Pick<CommandMentions, "render"> },
  interaction: AnswerableInteraction,
  answer: Promise<Reply | FormAnswer>,
): Promise<Reply | undefined> {
  const deferral = new Deferral(interaction);
  try {
    const ready = await rendered(mentions, await answer);
    const deferred = deferral.stop();
    if (deferred !== undefined) await edit(interaction, deferred, "form" in ready ? ready.otherwise : ready);
    else if ("form" in ready) await open(interaction, ready);
    else await reply(interaction, ready);
    return "form" in ready ? undefined : ready;
  } finally {
    deferral.stop();
  }
}

async function rendered(
  mentions: Pick<CommandMentions, "render">,
  answer: Reply | FormAnswer,
): Promise<Reply | FormAnswer> {
  if ("form" in answer) return mentions.render(answer);
  const { files, ...texts } = answer;
  return { ...(await mentions.render(texts)), ...(files && { files }) };
}

async function edit(
  interaction: AnswerableInteraction,
  deferred: Promise<unknown>,
  reply: Reply,
): Promise<void> {
  await deferred;
  await sendFiles(reply.files ?? [], (files, refused) =>
    interaction.editReply(messageOf({ ...reply, files }, refused, interaction)),
  );
}

async function reply(interaction: AnswerableInteraction, reply: Reply): Promise<void> {
  await sendFiles(reply.files ?? [], (files, refused) =>
    interaction.reply({
      ...messageOf({ ...reply, files }, refused, interaction),
      flags: MessageFlags.Ephemeral,
    }),
  );
}

async function open(interaction: AnswerableInteraction, { form, otherwise }: FormAnswer): Promise<void> {
  if (interaction.isButton()) await interaction.showModal(form);
  else await reply(interaction, otherwise);
}

/** @param refused whether Discord did not take files that belong to it */
function messageOf(
  { content, embeds, components, files = [] }: Reply,
  refused: boolean,
  { locale }: AnswerableInteraction,
) {
  const note = refused ? `\n-# ${wordsFor(languageOf(locale)).fileRefused}` : "";
  return {
    content: `${content}${note}`,
    ...(embeds && { embeds: [...embeds] }),
    ...(components && { components: [...components] }),
    ...(files.length > 0 && { files: files.map(({ name, data }) => ({ name, attachment: data })) }),
    allowedMentions: { parse: [] },
  };
}

/** Sends "thinking…" when its time has come. */
class Deferral {
  readonly #interaction: AnswerableInteraction;
  readonly #timer: NodeJS.Timeout;
  #deferred: Promise<unknown> | undefined;

  constructor(interaction: AnswerableInteraction) {
    this.#interaction = interaction;
    // From the arrival: the moment in the interaction's id is one of Discord's clock, and ours may differ by seconds.
    this.#timer = setTimeout(() => this.#defer(), DEFER_AFTER_MS);
  }

  /** @returns the deferral that was sent, to be awaited before the answer is filled in */
  stop(): Promise<unknown> | undefined {
    clearTimeout(this.#timer);
    return this.#deferred;
  }

  #defer(): void {
    this.#deferred = this.#interaction.deferReply({ flags: MessageFlags.Ephemeral });
    // Whoever answers awaits it; until then its fault must not count as unhandled.
    this.#deferred.catch(() => undefined);
  }
}
