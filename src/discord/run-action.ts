import type { ButtonInteraction, ModalSubmitInteraction } from "discord.js";
import type { Logger } from "pino";
import type { ActionOutcome } from "../app/outcomes.js";
import { isWriteRefused } from "../changes/changes.js";
import type { Language } from "../config/schema.js";
import type { DeploymentRecord } from "../deployments/record.js";
import { channelOf } from "../deployments/targets.js";
import type {
  ActionStore,
  AgainAction,
  DeploymentAction,
  DroppedAction,
  IncidentAction,
} from "./action-store.js";
import type { AnnouncementStore } from "./announcement-store.js";
import type { App } from "./command.js";
import type { FormAnswer } from "./first-answer.js";
import { actOnIncident } from "./incident-action.js";
import { languageOf, wordsFor } from "./locales/index.js";
import { actionRefusalReply, outcomeReply } from "./messages/action-replies.js";
import { approvalForm, WORD_INPUT } from "./messages/approval-form.js";
import type { Reply } from "./messages/replies.js";
import { personOf } from "./people.js";
import { unlock } from "./unlock-action.js";

type Interaction = ButtonInteraction | ModalSubmitInteraction;

export interface ActionParts {
  readonly app: App;
  readonly actions: Pick<ActionStore, "find" | "idFor">;
  readonly announcements: Pick<AnnouncementStore, "find" | "isReply">;
  readonly deployments: { find(id: string): Promise<DeploymentRecord | undefined> };
  readonly logger: Logger;
}

/** Takes a press or a form to its use case. Never throws: a fault is logged and answered. */
export async function runAction(parts: ActionParts, interaction: Interaction): Promise<Reply | FormAnswer> {
  const language = languageOf(interaction.locale);
  const { action: words, reply } = wordsFor(language);
  if (interaction.guildId !== parts.app.config.discord.guild) return { content: reply.wrongGuild };
  if (!parts.app.available()) return { content: reply.unavailable };
  try {
    const answer = await route(parts, interaction, language);
    if (answer !== undefined) return answer;
    parts.logger.warn(whoAndWhere(interaction), "refused a press that does not come from its message");
    return { content: `🚫 ${words.foreign}` };
  } catch (error) {
    parts.logger.error({ err: error, ...whoAndWhere(interaction) }, "a press or a form failed");
    return { content: `❌ ${isWriteRefused(error) ? reply.writeRefused : words.failed}` };
  }
}

/** @returns undefined when the interaction does not come from where its id was given out */
async function route(
  parts: ActionParts,
  interaction: Interaction,
  language: Language,
): Promise<Reply | FormAnswer | undefined> {
  const stored = await parts.actions.find(interaction.customId);
  if (stored === undefined || isForm(stored.action) !== interaction.isModalSubmit()) return undefined;
  if ("lock" in stored) return unlock(parts.app, stored, interaction, language);
  if ("again" in stored) return deployAgain(parts.app, stored, interaction, language);
  if (!(await comesFromItsMessage(parts, subjectOf(stored), interaction))) return undefined;
  if ("dropped" in stored) return deployNewest(parts.app, stored, interaction, language);
  if ("incident" in stored) return actOnIncident(parts.app, stored, interaction, language);
  return stored.action === "approve"
    ? openForm(parts, stored.deployment, interaction, language)
    : act(parts.app, stored, interaction, language);
}

function subjectOf(stored: DeploymentAction | IncidentAction | DroppedAction): string {
  if ("dropped" in stored) return stored.dropped.episode;
  return "incident" in stored ? stored.incident : stored.deployment;
}

/** Under an answer that one person sees. @returns undefined when somebody else presses */
async function deployAgain(
  app: App,
  { again }: AgainAction,
  interaction: Interaction,
  language: Language,
): Promise<Reply | undefined> {
  const person = personOf(interaction);
  if (person.id !== again.userId || interaction.message?.author.id !== interaction.applicationId) {
    return undefined;
  }
  const outcome = await app.deployAgain(again, person);
  return outcomeReply(outcome, ({ target }) => channelOf(app.config, target), language);
}

async function deployNewest(
  app: App,
  { dropped }: DroppedAction,
  interaction: Interaction,
  language: Language,
): Promise<Reply> {
  const outcome = await app.deployDropped(dropped, personOf(interaction), interaction.id);
  return outcomeReply(outcome, ({ target }) => channelOf(app.config, target), language);
}

function isForm(action: string): boolean {
  return action === "confirm";
}

/** A custom_id copied to another message, or a press forged for another channel, decides nothing. */
async function comesFromItsMessage(
  { announcements }: ActionParts,
  subject: string,
  { channelId, message }: Interaction,
): Promise<boolean> {
  const announcement = await announcements.find(subject);
  if (message === null) return false;
  if (announcement?.messageId === undefined) return announcements.isReply(message.id, subject);
  return message.id === announcement.messageId && channelId === announcement.channelId;
}

async function openForm(
  { app, actions, deployments }: ActionParts,
  deployment: string,
  interaction: Interaction,
  language: Language,
): Promise<Reply | FormAnswer> {
  const refusal = await app.mayApprove(deployment, personOf(interaction));
  if (refusal !== undefined) return actionRefusalReply(refusal, language);
  const record = await deployments.find(deployment);
  if (record === undefined) return actionRefusalReply({ code: "not-found" }, language);
  const form = approvalForm(record, await actions.idFor({ deployment }, "confirm"), language);
  return { form, otherwise: { content: `⌛ ${wordsFor(language).action.pressAgain}` } };
}

async function act(
  app: App,
  stored: DeploymentAction,
  interaction: Interaction,
  language: Language,
): Promise<Reply> {
  const outcome = await perform(app, stored, interaction);
  return outcomeReply(outcome, ({ target }) => channelOf(app.config, target), language);
}

function perform(
  app: App,
  { deployment, action }: DeploymentAction,
  interaction: Interaction,
): Promise<ActionOutcome> {
  const person = personOf(interaction);
  switch (action) {
    case "approve":
    case "confirm":
      return app.approve(deployment, person, typedWord(interaction));
    case "refuse":
      return app.refuse(deployment, person);
    case "cancel":
      return app.cancel(deployment, person);
    case "stop":
      return app.stop(deployment, person);
    case "mark-failed":
      return app.markFailed(deployment, person);
    case "run-again":
      return app.runAgain(deployment, person);
    case "rollback":
      return app.rollBackDeployment(deployment, person, interaction.id);
    case "retry":
      return app.retry(deployment, person, interaction.id);
  }
}

/** Exactly as typed; a press, which has no word, approves nothing. */
function typedWord(interaction: Interaction): string {
  return interaction.isModalSubmit() ? interaction.fields.getTextInputValue(WORD_INPUT) : "";
}

function whoAndWhere({ id, user, channelId, message, customId }: Interaction) {
  return { interaction: id, person: user.id, channel: channelId, message: message?.id, customId };
}
