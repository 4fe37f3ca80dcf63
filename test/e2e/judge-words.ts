import { expect } from "vitest";
import { messageText } from "../../chaos/subjects/posted-messages.js";
import { readDeploymentWords } from "../../chaos/words/read-deployment-words.js";
import { readStatusWords, saidOfHost } from "../../chaos/words/read-status-words.js";
import type { MessageView } from "../../sandbox/discord/types.js";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { runs as runsOn } from "./support.js";

/** It waits for its approval or its turn, or runs. */
const UNDER_WAY = /^(?:🔐|⏳|🚀)/u;

/**
 * Holds what `/status` and the newest message of the environment say against what its host really has. To be called while
 * nothing is under way there. @throws UnknownWordsError on a sentence that the judge cannot read
 */
export async function judgeWords(sandbox: Sandbox, environment = "uat"): Promise<void> {
  const { discord, channel, people } = sandbox;
  const app = sandbox.app(environment);
  const view = await discord.runCommand(people.alex.id, channel.id, "status", { environment });
  const status = readStatusWords(messageText(view.message ?? (await discord.waitForReply(view.id))));
  const [files, application] = await Promise.all([
    app.checkedOutSha(),
    app.runningSha().catch(() => undefined),
  ]);
  const { runs, head } = saidOfHost(status);
  if (runs.kind === "release") {
    expect(head ?? runs.sha, "the checkout, by /status").toBe(files);
    // Release 0 is read from the checkout, and an application that does not answer says nothing.
    // Without a health check it may still start.
    if (application !== undefined && runs.deployment !== undefined)
      await runsOn(sandbox, runs.sha, environment);
  } else if (head !== undefined) {
    expect(head, "the checkout, by /status").toBe(files);
  }

  const newest = newestMessage(sandbox, environment);
  if (newest === undefined || UNDER_WAY.test(newest.content)) return;
  const words = readDeploymentWords(messageText(newest));
  expect(words.buttons, "the buttons").toEqual(expect.arrayContaining([...words.named]));
  if (words.state === "succeeded") {
    expect(runs, "/status after a success").toMatchObject({ kind: "release", sha: words.sha });
    expect(files, "the checkout after a success").toBe(words.sha);
  }
  for (const host of words.hosts) {
    if (host.state === "restarted") expect(runs, "/status after a restart").toMatchObject({ sha: words.sha });
    if (host.state === "files-moved") expect(files, "the checkout that was moved").toBe(words.sha);
    if (host.state === "restarted" || host.state === "unknown") continue;
    const stays = host.before;
    if (stays !== undefined && application !== undefined)
      expect(application).toMatch(new RegExp(`^${stays}`));
  }
}

/** The same for those of the environments that have had a deployment, and where none is under way. */
export async function judgeWordsOf(sandbox: Sandbox, environments: readonly string[]): Promise<void> {
  for (const environment of environments) {
    const newest = newestMessage(sandbox, environment);
    if (newest !== undefined && !UNDER_WAY.test(newest.content)) await judgeWords(sandbox, environment);
  }
}

function newestMessage({ discord, channel }: Sandbox, environment: string): MessageView | undefined {
  const footer = new RegExp(`^shop · ${environment} · #\\d+$`);
  return discord.messages(channel.id).findLast(({ embeds }) => footer.test(embeds[0]?.footer?.text ?? ""));
}
