import { randomBytes } from "node:crypto";
import type { Changes } from "../changes.js";
import { refusals } from "../discord-error.js";
import type { DiscordLimits } from "../types.js";
import type { Answer, StoredInteraction } from "./stored-interaction.js";

interface InteractionStoreParts {
  readonly newId: () => string;
  readonly now: () => number;
  readonly limits: DiscordLimits;
  readonly changes: Changes;
}

export type NewInteraction = Pick<
  StoredInteraction,
  "type" | "personId" | "channelId" | "command" | "sourceId" | "focusedType"
>;

/** All interactions, with the clocks that end them. */
export class InteractionStore {
  readonly #parts: InteractionStoreParts;
  readonly #byId = new Map<string, StoredInteraction>();
  readonly #byToken = new Map<string, StoredInteraction>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(parts: InteractionStoreParts) {
    this.#parts = parts;
  }

  open(fields: NewInteraction): StoredInteraction {
    const id = this.#parts.newId();
    const interaction: StoredInteraction = {
      ...fields,
      id,
      token: Buffer.from(`interaction:${id}:${randomBytes(72).toString("hex")}`).toString("base64url"),
      createdAt: this.#parts.now(),
      dispatchedAt: performance.now(),
      answer: undefined,
      firstAnswerMs: undefined,
      failed: false,
      originalId: undefined,
      replyId: undefined,
      followUps: new Set(),
      modalSubmitted: false,
    };
    this.#byId.set(id, interaction);
    this.#byToken.set(interaction.token, interaction);
    const { firstAnswerMs } = this.#parts.limits;
    this.#timers.set(
      id,
      setTimeout(() => this.#fail(interaction), firstAnswerMs),
    );
    return interaction;
  }

  /** @throws Error when there is none such */
  get(id: string): StoredInteraction {
    const interaction = this.#byId.get(id);
    if (!interaction) throw new Error(`No interaction ${id}`);
    return interaction;
  }

  /** The interaction that still awaits its first answer. @throws DiscordError 10062 or 40060 */
  awaiting(id: string, token: string): StoredInteraction {
    const interaction = this.#byId.get(id);
    if (!interaction || interaction.token !== token) throw refusals.unknownInteraction();
    if (interaction.answer) throw refusals.alreadyAcknowledged();
    const isLate = this.#parts.now() - interaction.createdAt > this.#parts.limits.firstAnswerMs;
    if (isLate) this.#fail(interaction);
    if (interaction.failed) throw refusals.unknownInteraction();
    return interaction;
  }

  /** The answered interaction of a webhook token. @throws DiscordError 50027 or 10015 */
  byToken(applicationId: string, token: string, ownApplicationId: string): StoredInteraction {
    const interaction = this.#byToken.get(token);
    if (!interaction || applicationId !== ownApplicationId) throw refusals.invalidWebhookToken();
    const isDead = this.#parts.now() - interaction.createdAt > this.#parts.limits.tokenMs;
    if (isDead) throw refusals.invalidWebhookToken();
    if (!interaction.answer) throw refusals.unknownWebhook();
    return interaction;
  }

  /** Takes the first answer. */
  accept(interaction: StoredInteraction, answer: Answer): void {
    interaction.answer = answer;
    interaction.firstAnswerMs = performance.now() - interaction.dispatchedAt;
    this.#stopClock(interaction);
    this.#parts.changes.emit({ kind: "interaction", channelId: interaction.channelId });
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #fail(interaction: StoredInteraction): void {
    this.#stopClock(interaction);
    if (interaction.failed) return;
    interaction.failed = true;
    this.#parts.changes.emit({ kind: "interaction", channelId: interaction.channelId });
  }

  #stopClock(interaction: StoredInteraction): void {
    clearTimeout(this.#timers.get(interaction.id));
    this.#timers.delete(interaction.id);
  }
}
