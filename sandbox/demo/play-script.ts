import type { InteractionView, MessageView } from "../discord/types.js";
import { appFiles } from "../host/app-files.js";
import { REPOSITORY, type Sandbox } from "../start-sandbox.js";
import type { Narrator } from "./narrator.js";

const OUTCOME_TIMEOUT_MS = 60_000;
/** The headline of a deployment that has ended, well or not, in both languages. */
const ENDED = /✅|❌|⚠️/;

/**
 * Plays `/deploy uat` by a person and a push, printing the conversation as it happens.
 * @returns whether everything came out as it should; the host's own answers decide
 */
export async function playScript(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  const stopListening = follow(sandbox, narrator);
  try {
    const checks = [
      await refuseStranger(sandbox, narrator),
      await deployByCommand(sandbox, narrator),
      await deployByPush(sandbox, narrator),
    ];
    return checks.every(Boolean);
  } finally {
    stopListening();
  }
}

/** Prints the channel's messages as they appear and change. @returns a function that ends it */
export function follow({ discord, channel }: Sandbox, narrator: Narrator): () => void {
  return discord.onChange(({ kind, channelId }) => {
    if (kind !== "message" || channelId !== channel.id) return;
    for (const message of discord.messages(channel.id)) narrator.message(message);
  });
}

async function refuseStranger(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  const { sam } = sandbox.people;
  narrator.person("Sam", "/deploy environment:uat");
  const answer = await type(sandbox, sam.id);
  showReply(narrator, answer, "Sam");
  const refused = answer.message?.content.startsWith("🚫") === true;
  narrator.check(refused, "a person without the role is refused");
  return refused;
}

async function deployByCommand(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  const { github, people } = sandbox;
  const files = appFiles({ name: "Shop", text: "The basket is here" });
  const sha = await github.commit(REPOSITORY, { branch: "main", message: "Add the basket", files });
  narrator.person("Alex", "/deploy environment:uat");
  showReply(narrator, await type(sandbox, people.alex.id), "Alex");
  await messageOf(sandbox, 1, ENDED);
  return serves(sandbox, narrator, sha, "/deploy uat");
}

async function deployByPush(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  narrator.person("Camille", "git push origin main");
  const files = appFiles({ name: "Shop", text: "The basket counts" });
  const commit = { branch: "main", message: "Count what is in the basket", files };
  const { sha, delivery } = await sandbox.github.commitAndPush(sandbox.webhookUrl, REPOSITORY, commit);
  narrator.check(delivery.status === 202, `the webhook was answered ${delivery.status}`);
  await messageOf(sandbox, 2, ENDED);
  return (await serves(sandbox, narrator, sha, "the push")) && delivery.status === 202;
}

async function type({ discord, channel }: Sandbox, personId: string): Promise<InteractionView> {
  return discord.runCommand(personId, channel.id, "deploy", { environment: "uat" });
}

export function showReply(narrator: Narrator, { message }: InteractionView, viewer: string): void {
  if (message !== undefined) narrator.message(message, viewer);
}

/** Resolves with the status message of the deployment once its headline matches. */
export async function messageOf(
  { discord, channel }: Sandbox,
  number: number,
  headline: RegExp,
): Promise<MessageView> {
  return discord.waitForMessage(
    channel.id,
    ({ content, embeds }) =>
      embeds[0]?.footer?.text.endsWith(`#${number}`) === true && headline.test(content),
    { timeoutMs: OUTCOME_TIMEOUT_MS },
  );
}

/** Asks the application itself, not the bot. */
async function serves(sandbox: Sandbox, narrator: Narrator, sha: string, after: string): Promise<boolean> {
  const running = await sandbox.app("uat").runningSha();
  narrator.check(
    running === sha,
    `after ${after} the host serves ${running.slice(0, 7)}, expected ${sha.slice(0, 7)}`,
  );
  return running === sha;
}
