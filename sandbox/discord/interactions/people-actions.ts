import { type APIButtonComponent, ButtonStyle, ComponentType, InteractionType } from "discord-api-types/v10";
import { messageView } from "../messages/message-payloads.js";
import { publishMessage } from "../messages/publish-message.js";
import type { StoredMessage } from "../messages/stored-message.js";
import { createMessage } from "../messages/write-message.js";
import type { Choice, CommandOptions, InteractionView, MessageView } from "../types.js";
import { walkComponents } from "../validate/walk-components.js";
import type { World } from "../world.js";
import { autocompleteData, commandData, focusedOption } from "./command-data.js";
import { findCommand } from "./find-command.js";
import { interactionPayload } from "./interaction-payload.js";
import type { NewInteraction } from "./interaction-store.js";
import { interactionView, replyView } from "./interaction-view.js";
import { modalData } from "./modal-data.js";
import type { StoredInteraction } from "./stored-interaction.js";

/** What the people of the guild do; each becomes an interaction that the bot gets over the gateway. */
export class PeopleActions {
  readonly #world: World;
  #bends: ((data: Record<string, unknown>) => unknown)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  bendNext(bend: (data: Record<string, unknown>) => unknown): void {
    this.#bends.push(bend);
  }

  async runCommand(
    personId: string,
    channelId: string,
    name: string,
    options: CommandOptions,
  ): Promise<InteractionView> {
    const found = findCommand(this.#world.commands.list(), name);
    const data = commandData(this.#world.guild, found, options);
    const type = InteractionType.ApplicationCommand;
    return this.#interact({ type, personId, channelId, command: name }, data);
  }

  async autocomplete(
    personId: string,
    channelId: string,
    name: string,
    options: CommandOptions,
    focused: string,
  ): Promise<readonly Choice[]> {
    const found = findCommand(this.#world.commands.list(), name);
    const option = focusedOption(found, focused);
    const data = autocompleteData(this.#world.guild, found, options, option);
    const type = InteractionType.ApplicationCommandAutocomplete;
    const interaction = this.#open(
      { type, personId, channelId, command: name, focusedType: option.type },
      data,
    );
    await this.#firstAnswer(interaction);
    if (interaction.answer?.kind !== "choices") throw new Error("Loading options failed");
    return interaction.answer.choices;
  }

  async pressButton(personId: string, messageId: string, customId: string): Promise<InteractionView> {
    const message = this.#visibleMessage(personId, messageId);
    const button = findButton(message, customId);
    if (!button) throw new Error(`Message ${messageId} has no button ${customId}`);
    if (button.disabled) throw new Error(`The button ${customId} is disabled`);
    return this.#press(personId, message.channelId, message, customId, button.id ?? 0);
  }

  async forgeButton(
    personId: string,
    channelId: string,
    messageId: string,
    customId: string,
  ): Promise<InteractionView> {
    const known = this.#world.messages.find(messageId);
    return this.#press(
      personId,
      channelId,
      known ?? this.#inventedMessage(messageId, channelId),
      customId,
      1,
    );
  }

  async submitModal(
    personId: string,
    interactionId: string,
    values: Readonly<Record<string, string>>,
  ): Promise<InteractionView> {
    const opened = this.#world.interactions.get(interactionId);
    if (opened.personId !== personId) throw new Error("The modal is open for another person");
    if (opened.answer?.kind !== "modal") throw new Error(`Interaction ${interactionId} opened no modal`);
    if (opened.modalSubmitted) throw new Error("The modal was submitted already");
    const data = modalData(opened.answer.modal, values);
    const source = this.#world.messages.find(opened.sourceId ?? "");
    const type = InteractionType.ModalSubmit;
    const { channelId } = opened;
    const interaction = this.#open(
      { type, personId, channelId, ...(source ? { sourceId: source.id } : {}) },
      data,
      source,
    );
    const view = await this.#firstAnswer(interaction);
    opened.modalSubmitted = view.state !== "failed";
    return view;
  }

  say(personId: string, channelId: string, content: string): MessageView {
    this.#world.guild.person(personId);
    this.#world.guild.channel(channelId);
    const place = { channelId, authorId: personId };
    const message = publishMessage(this.#world, createMessage(this.#world, place, { content }, []));
    return messageView(this.#world.guild, this.#world.publicUrl, message);
  }

  interaction(id: string): InteractionView {
    return interactionView(this.#world, this.#world.interactions.get(id));
  }

  waitForReply(interactionId: string, timeoutMs: number): Promise<MessageView> {
    const interaction = this.#world.interactions.get(interactionId);
    return this.#world.changes.waitFor(
      () => replyView(this.#world, interaction),
      timeoutMs,
      () => `interaction ${interactionId} got no reply; it is ${this.interaction(interactionId).state}`,
    );
  }

  #press(
    personId: string,
    channelId: string,
    message: StoredMessage,
    customId: string,
    componentId: number,
  ): Promise<InteractionView> {
    const data = { custom_id: customId, component_type: ComponentType.Button, id: componentId };
    const type = InteractionType.MessageComponent;
    return this.#interact({ type, personId, channelId, sourceId: message.id }, data, message);
  }

  #interact(fields: NewInteraction, data: object, message?: StoredMessage): Promise<InteractionView> {
    return this.#firstAnswer(this.#open(fields, data, message));
  }

  #open(fields: NewInteraction, data: object, message?: StoredMessage): StoredInteraction {
    this.#world.guild.person(fields.personId);
    this.#world.guild.channel(fields.channelId);
    const interaction = this.#world.interactions.open(fields);
    const payload = interactionPayload(this.#world, interaction, data, message);
    const bend = this.#bends.shift();
    const sent = bend === undefined ? payload : bend(structuredClone(payload) as Record<string, unknown>);
    this.#world.gateway.dispatch("INTERACTION_CREATE", sent);
    return interaction;
  }

  #firstAnswer(interaction: StoredInteraction): Promise<InteractionView> {
    return this.#world.changes.waitFor(
      () =>
        interaction.answer || interaction.failed ? interactionView(this.#world, interaction) : undefined,
      // The interaction's own clock fails it long before.
      this.#world.limits.firstAnswerMs + 60_000,
      () => `interaction ${interaction.id} got no answer`,
    );
  }

  #visibleMessage(personId: string, messageId: string): StoredMessage {
    const message = this.#world.messages.find(messageId);
    const isHidden = message?.ephemeralFor !== undefined && message.ephemeralFor !== personId;
    if (!message || isHidden) throw new Error(`The person sees no message ${messageId}`);
    return message;
  }

  #inventedMessage(id: string, channelId: string): StoredMessage {
    const mentions = { users: [], roles: [], wide: [] };
    const nothing = { embeds: [], components: [], attachments: [], mentions, pinged: [], edits: 0, flags: 0 };
    const authorId = this.#world.guild.bot.applicationId;
    const createdAt = this.#world.now();
    return { ...nothing, id, channelId, authorId, type: 0, content: "forged", createdAt };
  }
}

function findButton(message: StoredMessage, customId: string): APIButtonComponent | undefined {
  return walkComponents(message.components)
    .map(({ component }) => component)
    .filter((component) => component.type === ComponentType.Button)
    .map((component) => component as APIButtonComponent)
    .find((button) => isClickable(button) && button.custom_id === customId);
}

function isClickable(
  button: APIButtonComponent,
): button is Exclude<APIButtonComponent, { style: ButtonStyle.Link | ButtonStyle.Premium }> {
  return button.style !== ButtonStyle.Link && button.style !== ButtonStyle.Premium;
}
