import { ComponentType } from "discord-api-types/v10";
import type { InteractionView, MessageView, Person } from "../discord/types.js";
import { appFiles } from "../host/app-files.js";
import { REPOSITORY, type Sandbox } from "../start-sandbox.js";
import type { Narrator } from "./narrator.js";
import { follow, messageOf, showReply } from "./play-script.js";

/**
 * Plays a production release by two people: Camille asks, Dominique types DEPLOY; then Alex takes it back.
 * @returns whether everything came out as it should; the host's own answers decide
 */
export async function playProduction(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  const stopListening = follow(sandbox, narrator);
  try {
    const first = await release(sandbox, narrator, "Open the shop", 1);
    const second = await release(sandbox, narrator, "Sell shoes, too", 3);
    const back = await takeBack(sandbox, narrator, first.sha, 5);
    return first.passed && second.passed && back;
  } finally {
    stopListening();
  }
}

interface Released {
  readonly sha: string;
  readonly passed: boolean;
}

/** Validates a commit on preprod, then brings it to production behind a typed DEPLOY. */
async function release(
  sandbox: Sandbox,
  narrator: Narrator,
  text: string,
  number: number,
): Promise<Released> {
  const { camille, dominique } = sandbox.people;
  const sha = await validate(sandbox, narrator, text, number);

  narrator.person("Camille", "/deploy environment:prod");
  showReply(narrator, await type(sandbox, camille, "deploy", { environment: "prod" }), "Camille");
  const request = await messageOf(sandbox, number + 1, /Approval needed|Approbation/);

  narrator.person("Camille", "presses Approve…");
  const own = await press(sandbox, camille, request, /^(Approve|Approuver)/);
  showReply(narrator, own, "Camille");
  const wrong = await approve(sandbox, narrator, dominique, request, "deploy");
  const unchanged = (await sandbox.app("prod").checkedOutSha()) !== sha;
  await approve(sandbox, narrator, dominique, request, "DEPLOY");
  await messageOf(sandbox, number + 1, /✅/);

  const running = await runningSha(sandbox, "prod", sha);
  const refusedOwn = own.modal === undefined;
  narrator.check(refusedOwn, "the person who asked may not approve");
  narrator.check(wrong && unchanged, "a wrong word changes nothing");
  narrator.check(running === sha, `production serves ${running.slice(0, 7)}, expected ${sha.slice(0, 7)}`);
  return { sha, passed: refusedOwn && wrong && unchanged && running === sha };
}

async function validate(sandbox: Sandbox, narrator: Narrator, text: string, number: number): Promise<string> {
  const { github, people } = sandbox;
  const files = appFiles({ name: "Shop", text });
  const sha = await github.commit(REPOSITORY, { branch: "main", message: text, files });
  github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "success" }] });
  narrator.person("Camille", "/deploy environment:preprod");
  showReply(narrator, await type(sandbox, people.camille, "deploy", { environment: "preprod" }), "Camille");
  await messageOf(sandbox, number, /✅/);
  return sha;
}

async function takeBack(
  sandbox: Sandbox,
  narrator: Narrator,
  expected: string,
  number: number,
): Promise<boolean> {
  narrator.person("Alex", "/rollback environment:prod");
  showReply(narrator, await type(sandbox, sandbox.people.alex, "rollback", { environment: "prod" }), "Alex");
  await messageOf(sandbox, number, /✅/);
  const running = await runningSha(sandbox, "prod", expected);
  narrator.check(running === expected, `after the rollback production serves ${running.slice(0, 7)} again`);
  return running === expected;
}

/** @returns whether the form opened and took the word */
async function approve(
  sandbox: Sandbox,
  narrator: Narrator,
  person: Person,
  request: MessageView,
  word: string,
): Promise<boolean> {
  narrator.person(person.name, `presses Approve… and types ${word}`);
  const form = await press(sandbox, person, request, /^(Approve|Approuver)/);
  if (form.modal === undefined) return false;
  const answer = await sandbox.discord.submitModal(person.id, form.id, { word });
  showReply(narrator, answer, person.name);
  return answer.state !== "failed";
}

async function type(
  { discord, channel }: Sandbox,
  person: Person,
  name: string,
  options: Record<string, string>,
): Promise<InteractionView> {
  return discord.runCommand(person.id, channel.id, name, options);
}

export async function press(
  { discord }: Sandbox,
  person: Person,
  message: MessageView,
  label: RegExp,
): Promise<InteractionView> {
  for (const row of message.components) {
    if (row.type !== ComponentType.ActionRow) continue;
    for (const button of row.components) {
      if ("label" in button && "custom_id" in button && label.test(button.label ?? "")) {
        return discord.pressButton(person.id, message.id, button.custom_id);
      }
    }
  }
  throw new Error(`The message has no button ${label}.`);
}

/** What the application itself says, once it has restarted. */
async function runningSha(sandbox: Sandbox, environment: string, expected: string): Promise<string> {
  let running = "";
  for (let attempt = 0; attempt < 50 && running !== expected; attempt++) {
    running = await sandbox
      .app(environment)
      .runningSha()
      .catch(() => "");
    if (running !== expected) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return running;
}
