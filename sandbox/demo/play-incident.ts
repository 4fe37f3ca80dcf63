import type { MessageView } from "../discord/types.js";
import { appFiles } from "../host/app-files.js";
import { REPOSITORY, type Sandbox } from "../start-sandbox.js";
import type { Narrator } from "./narrator.js";
import { press } from "./play-production.js";
import { follow, messageOf, showReply } from "./play-script.js";

const TIMEOUT_MS = 90_000;
/** The beginnings of headlines, the same in both languages. */
const DOWN = /^🔴/;
const UP_AGAIN = /^🟢/;
const RECOVERED = /^✅/;

/**
 * Plays an outage: a release, its application stops behind everybody's back, Dominique acknowledges the alert and starts it
 * again.
 * @returns whether there was one alert and one message of the recovery
 */
export async function playIncident(sandbox: Sandbox, narrator: Narrator): Promise<boolean> {
  const stopListening = follow(sandbox, narrator);
  try {
    await deployShop(sandbox, narrator);
    narrator.person("Nobody", "sees that the application of uat stops");
    await sandbox.app("uat").stop();
    const alert = await incidentMessage(sandbox, DOWN);

    const { dominique } = sandbox.people;
    narrator.person("Dominique", "presses Acknowledge");
    showReply(
      narrator,
      await press(sandbox, dominique, alert, /^(Acknowledge|Prendre en charge)/),
      "Dominique",
    );
    narrator.person("Dominique", "starts the application again");
    await sandbox.app("uat").start();
    await incidentMessage(sandbox, UP_AGAIN);
    await incidentMessage(sandbox, RECOVERED);

    narrator.person("Alex", "/health environment:uat");
    await showHealth(sandbox, narrator);
    return countMessages(sandbox, narrator);
  } finally {
    stopListening();
  }
}

async function deployShop(sandbox: Sandbox, narrator: Narrator): Promise<void> {
  const { github, discord, channel, people } = sandbox;
  const files = appFiles({ name: "Shop", text: "Open at night" });
  await github.commit(REPOSITORY, { branch: "main", message: "Open at night", files });
  narrator.person("Camille", "/deploy environment:uat");
  await discord.runCommand(people.camille.id, channel.id, "deploy", { environment: "uat" });
  await messageOf(sandbox, 1, /✅/);
}

/** Of an incident: the messages of deployments have a number below them. */
function incidentMessages({ discord, channel }: Sandbox, headline: RegExp): readonly MessageView[] {
  return discord.messages(channel.id).filter((message) => isOfIncident(message, headline));
}

function incidentMessage({ discord, channel }: Sandbox, headline: RegExp): Promise<MessageView> {
  const fits = (message: MessageView) => isOfIncident(message, headline);
  return discord.waitForMessage(channel.id, fits, { timeoutMs: TIMEOUT_MS });
}

function isOfIncident({ content, embeds }: MessageView, headline: RegExp): boolean {
  return headline.test(content) && !/#\d+$/.test(embeds[0]?.footer?.text ?? "");
}

async function showHealth({ discord, channel, people }: Sandbox, narrator: Narrator): Promise<void> {
  const { alex } = people;
  const asked = await discord.runCommand(alex.id, channel.id, "health", { environment: "uat" });
  narrator.message(asked.message ?? (await discord.waitForReply(asked.id)), "Alex");
}

function countMessages(sandbox: Sandbox, narrator: Narrator): boolean {
  const alerts = incidentMessages(sandbox, UP_AGAIN).length;
  const recoveries = incidentMessages(sandbox, RECOVERED).length;
  const others = incidentMessages(sandbox, DOWN).length;
  narrator.check(alerts === 1 && others === 0, "one message tells of the outage, and of its end");
  narrator.check(recoveries === 1, "one message says that it is over");
  return alerts === 1 && recoveries === 1 && others === 0;
}
