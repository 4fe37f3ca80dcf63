import { setTimeout as pause } from "node:timers/promises";
import type { InteractionView, MessageView, Person } from "../../sandbox/discord/types.js";
import type { Act, RecordedDeployment } from "../history/history.js";
import { buttonLabelled, messageOf, messageText } from "../subjects/posted-messages.js";
import type { MessageText } from "../words/message-text.js";
import type { Lane } from "./lane.js";
import type { World } from "./start-world.js";

/** An answer that was deferred comes within seconds, or never. */
const ANSWER_LIMIT_MS = 8_000;
/** By then a command whose answer did not come is carried out, or never will be. */
const SETTLED_AFTER_MS = 10_000;
const BUTTON_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** What an answer says, by its words. Anything else leaves it unclear what became of the wish. */
const ANSWERS: readonly (readonly [words: RegExp, answer: Act["answer"]])[] = [
  [/ is locked; the lock ends /, "done"],
  [/ is unlocked\.$/, "done"],
  [/ is unlocked\. .* is told, whose lock it was\.$/, "done"],
  [/ is not locked\.$/, "nothing"],
  [/^✅ Approved\. Deployment #\d+ is on its way\.$/u, "done"],
  [/^🚫 Refused\. Deployment #\d+ does not run\.$/u, "done"],
  [/^🚀 Deployment #\d+ of .+ is on its way\. Follow it in /u, "done"],
  [/^🚫 Too late: .+\. Nothing was changed\.$/u, "refused"],
  [/^🚫 There is no earlier release to restore /u, "refused"],
  [/^Redis accepts no changes at the moment: .+ Nothing was changed\. /, "nothing"],
];

/** How an environment behind an approval is decided: who approves has a form to fill in, who refuses may hesitate. */
export interface Decision {
  readonly wish: "approve" | "refuse" | "both";
  readonly delayMs: number;
}

/** The people of one lane, who act while nothing is under way there, or decide what waits for them. */
export class People {
  readonly acts: Act[] = [];
  readonly #world: World;
  readonly #lane: Lane;
  readonly #signal: AbortSignal;

  constructor(world: World, lane: Lane, signal: AbortSignal) {
    this.#world = world;
    this.#lane = lane;
    this.#signal = signal;
  }

  /** @returns undefined where no answer came, or one that says that nothing can be said now */
  async status(): Promise<MessageText | undefined> {
    const answer = await this.#type("status");
    return answer === undefined || answer.embeds.length === 0 ? undefined : messageText(answer);
  }

  /** @returns whether the answer says so; otherwise it is settled by now, one way or the other */
  async lock(): Promise<boolean> {
    const answer = this.#note("lock", await this.#type("lock", { reason: "Chaos" }));
    if (answer === "done") return true;
    // The bot may be slow, and must not lock what was unlocked meanwhile.
    await pause(SETTLED_AFTER_MS, undefined, { signal: this.#signal });
    return false;
  }

  /** Also after a rollback, which locks its environment. Tries again until an answer says what holds now. @throws AbortError */
  async unlock(): Promise<void> {
    for (;;) {
      const message = await this.#type("unlock");
      const answer = this.#note("unlock", message);
      if (answer === "done" || / is not locked\.$/.test(message?.content ?? "")) return;
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal });
    }
  }

  /** @returns the number of the deployment, where the answer names it */
  async rollBack(): Promise<number | undefined> {
    const answer = await this.#type("rollback", {});
    this.#note("rollback", answer);
    const [, number] = /Deployment #(\d+) /.exec(answer?.content ?? "") ?? [];
    return number === undefined ? undefined : Number(number);
  }

  /** Presses under a deployment that waits for its approval: one person, or two who want different things at once. */
  async decide({ number }: RecordedDeployment, { wish, delayMs }: Decision): Promise<void> {
    const message = await this.#waiting(number);
    if (message === undefined) return;
    const [one, other] = this.#world.approvers;
    await Promise.all([
      wish !== "refuse" && this.#approve(one, message, number),
      wish !== "approve" && pause(delayMs).then(() => this.#refuse(other, message, number)),
    ]);
  }

  async #approve(person: Person, message: MessageView, number: number): Promise<void> {
    const { discord } = this.#world;
    const opened = await this.#press(person, message, "Approve…");
    if (opened?.modal === undefined) {
      this.#note("approve", await this.#answer(opened), number);
      return;
    }
    const sent = await discord.submitModal(person.id, opened.id, { word: "DEPLOY" }).catch(() => undefined);
    this.#note("approve", await this.#answer(sent), number);
  }

  async #refuse(person: Person, message: MessageView, number: number): Promise<void> {
    this.#note("refuse", await this.#answer(await this.#press(person, message, "Refuse")), number);
  }

  async #press(person: Person, message: MessageView, label: string): Promise<InteractionView | undefined> {
    const button = buttonLabelled(message, label);
    if (button === undefined) return undefined;
    return this.#world.discord.pressButton(person.id, message.id, button).catch(() => undefined);
  }

  /** The message once it has its buttons; undefined where that takes too long. */
  async #waiting(number: number): Promise<MessageView | undefined> {
    const end = performance.now() + BUTTON_LIMIT_MS;
    while (performance.now() < end) {
      const message = messageOf(this.#world.discord, this.#lane, number);
      if (message !== undefined && buttonLabelled(message, "Refuse") !== undefined) return message;
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal });
    }
    return undefined;
  }

  async #type(
    name: string,
    options: Readonly<Record<string, string>> = {},
  ): Promise<MessageView | undefined> {
    const { discord, presser } = this.#world;
    const { environment, channel } = this.#lane;
    const typed = { environment, ...options };
    // Until the bot has registered its commands, Discord has none that a person could type.
    while (!discord.commands().some((command) => command.name === name))
      await pause(LOOK_EVERY_MS, undefined, { signal: this.#signal });
    return this.#answer(await discord.runCommand(presser.id, channel.id, name, typed));
  }

  async #answer(view: InteractionView | undefined): Promise<MessageView | undefined> {
    if (view === undefined || view.state === "failed") return undefined;
    if (view.message !== undefined && view.state === "answered") return view.message;
    const { discord } = this.#world;
    return discord.waitForReply(view.id, { timeoutMs: ANSWER_LIMIT_MS }).catch(() => undefined);
  }

  #note(action: Act["action"], message: MessageView | undefined, deployment?: number): Act["answer"] {
    const content = message?.content ?? "";
    const [, answer = "unclear"] = ANSWERS.find(([words]) => words.test(content)) ?? [];
    const { environment } = this.#lane;
    this.acts.push({ action, environment, answer, ...(deployment !== undefined && { deployment }) });
    return answer;
  }
}
