import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ComponentType } from "discord-api-types/v10";
import { expect } from "vitest";
import type { InteractionView, MessageView, Person } from "../../sandbox/discord/types.js";
import { type RawEnvironment, REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { wordsFor } from "../../src/discord/locales/index.js";

/** The status message of a deployment, by its number. */
export function isAbout(number: number, environment = "uat"): (message: MessageView) => boolean {
  return ({ embeds }) => embeds[0]?.footer?.text === `shop · ${environment} · #${number}`;
}

/** Resolves with the deployment's message once its headline holds the words. */
export async function messageSaying(
  sandbox: Sandbox,
  number: number,
  words: string,
  options: { environment?: string } = {},
): Promise<MessageView> {
  const about = isAbout(number, options.environment);
  return sandbox.discord.waitForMessage(
    sandbox.channel.id,
    (message) => about(message) && message.content.includes(words),
  );
}

/** Everything that a reader of the message sees, as one text. */
export function textOf(message: MessageView): string {
  const embeds = message.embeds.flatMap((embed) => [
    embed.title ?? "",
    embed.description ?? "",
    ...(embed.fields ?? []).flatMap(({ name, value }) => [name, value]),
    embed.footer?.text ?? "",
  ]);
  return [message.content, ...embeds].join("\n");
}

/** `/deploy`, and *Deploy again* where Slipway asks whether to deploy what runs already. */
export async function deploy(
  sandbox: Sandbox,
  options: Record<string, string> = {},
  person = sandbox.people.alex,
) {
  const view = await sandbox.discord.runCommand(person.id, sandbox.channel.id, "deploy", {
    environment: "uat",
    ...options,
  });
  const message = await replyTo(sandbox, view);
  if (!message.content.startsWith("🟰")) return view;
  return press(sandbox, person, message, person.locale === "fr" ? "Redéployer" : "Deploy again");
}

/** Waits until the application itself says that it runs the commit: without a health check it may still start. */
export async function runs(sandbox: Sandbox, sha: string, environment = "uat"): Promise<void> {
  const app = sandbox.app(environment);
  await expect.poll(() => app.runningSha().catch(String)).toBe(sha);
}

/** A release that is green on GitHub and runs on the environment. */
export async function validatedOn(sandbox: Sandbox, environment: string, number: number): Promise<string> {
  const sha = await commit(sandbox);
  sandbox.github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "success" }] });
  await deploy(sandbox, { environment });
  await messageSaying(sandbox, number, "succeeded ✅", { environment });
  return sha;
}

/** Presses the button with that label, as the person sees it. */
export async function press(
  sandbox: Sandbox,
  person: Person,
  message: MessageView,
  label: string,
): Promise<InteractionView> {
  return sandbox.discord.pressButton(person.id, message.id, customIdOf(message, label));
}

/** @throws Error when the message has no button of that label */
export function customIdOf(message: MessageView, label: string): string {
  for (const row of message.components) {
    if (row.type !== ComponentType.ActionRow) continue;
    for (const button of row.components) {
      if ("label" in button && "custom_id" in button && button.label === label) return button.custom_id;
    }
  }
  throw new Error(`There is no button ${label}.`);
}

/** Presses *Approve…*, again where Slipway was too slow to open the form. */
export async function openForm(
  sandbox: Sandbox,
  person: Person,
  message: MessageView,
): Promise<InteractionView> {
  const opened = await press(sandbox, person, message, "Approve…");
  const answer = opened.message?.content ?? "";
  const isLate = TOO_LATE.some((words) => answer.includes(words));
  return isLate ? openForm(sandbox, person, message) : opened;
}

const TOO_LATE = [wordsFor("en").action.pressAgain, wordsFor("fr").action.pressAgain];

/** Presses *Approve…* and types the word. */
export async function approve(
  sandbox: Sandbox,
  person: Person,
  message: MessageView,
  word = "DEPLOY",
): Promise<InteractionView> {
  const opened = await openForm(sandbox, person, message);
  if (opened.modal === undefined) return opened;
  return sandbox.discord.submitModal(person.id, opened.id, { word });
}

/** What the person reads in answer, also where "thinking…" came first. */
export async function answerOf(sandbox: Sandbox, view: InteractionView): Promise<string> {
  return (await replyTo(sandbox, view)).content;
}

/** The same, as the whole message. */
export async function replyTo(sandbox: Sandbox, view: InteractionView): Promise<MessageView> {
  return view.message ?? sandbox.discord.waitForReply(view.id);
}

let commits = 0;

/** A commit with a subject and nothing that would break the app. */
export async function commit(sandbox: Sandbox, message = `Change ${++commits}`): Promise<string> {
  return sandbox.github.commit(REPOSITORY, { branch: "main", message, files: { "change.txt": message } });
}

export async function push(sandbox: Sandbox, message = `Change ${++commits}`) {
  return sandbox.github.commitAndPush(sandbox.webhookUrl, REPOSITORY, {
    branch: "main",
    message,
    files: { "change.txt": message },
  });
}

/** A deployment's step that holds it until the test opens the gate. */
export class Gate {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @returns the gate and the environment's settings that wait at it */
  static in(directory: string, name: string): { gate: Gate; settings: RawEnvironment } {
    const file = join(directory, `gate-${name}`);
    const run = ["sh", "-c", 'until [ -e "$1" ]; do sleep 0.05; done', "gate", file];
    return {
      gate: new Gate(file),
      settings: { strategy: { before: [{ title: "Gate", run, timeout: "60s" }] } },
    };
  }

  async open(): Promise<void> {
    await writeFile(this.#file, "");
  }
}
