import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { ProbedApp, QUICK_MONITOR, WatchedEnvironments } from "./monitoring-scene.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, commit, deploy, press, runs, textOf } from "./support.js";

describe("a release that does not hold", () => {
  const watched = new WatchedEnvironments();
  const bad = new Set<string>();
  let apps: Readonly<Record<string, ProbedApp>> = {};
  let sandbox: Sandbox;

  beforeAll(async () => {
    apps = { offered: await ProbedApp.start(), automatic: await ProbedApp.start() };
    const baking = (onFailure: string) => ({
      monitor: { ...QUICK_MONITOR, bake: { lasts: "10m", every: "1s", onFailure } },
    });
    sandbox = await startSandbox({
      environments: { offered: baking("offer"), automatic: baking("rollback") },
      configure: (config, world) => {
        const both = Object.entries(apps).map(([name, app]) => [name, { app }]);
        return watched.configure(config, world, Object.fromEntries(both));
      },
    });
    for (const [name, app] of Object.entries(apps)) {
      let sha = "";
      app.mood = async () => {
        // On a busy machine it may not say what it runs: that is no reason to feel better.
        const seen = sha;
        sha = await sandbox
          .app(name)
          .runningSha()
          .catch(() => seen);
        return bad.has(sha) ? "error" : "good";
      };
    }
  });
  afterAll(async () => {
    await sandbox?.close();
    for (const app of Object.values(apps)) await app.stop();
  });

  function message(channel: string, accepts: (message: MessageView) => boolean): Promise<MessageView> {
    return sandbox.discord.waitForMessage(watched.channel(channel).id, accepts);
  }

  function saying(channel: string, words: string): Promise<MessageView> {
    return message(channel, ({ content }) => content.includes(words));
  }

  /** Deploys a commit and waits for its end. */
  async function deployed(environment: string): Promise<string> {
    const sha = await commit(sandbox);
    await deploy(sandbox, { environment });
    await message(
      environment,
      (each) => each.content.includes("succeeded ✅") && textOf(each).includes(sha.slice(0, 7)),
    );
    return sha;
  }

  it("is blamed at once, and can be rolled back with a button", async () => {
    const good = await deployed("offered");
    bad.add(await deployed("offered"));
    const alert = await saying("offered", "- Down");
    const pressed = await press(sandbox, sandbox.people.alex, alert, "Roll back");
    await saying("offered", "- Up again after");

    expect(textOf(alert)).toContain("**Roll back** restores the previous release.");
    expect(await answerOf(sandbox, pressed)).toContain("#3");
    await runs(sandbox, good, "offered");
    // Three deployments, one alert, one recovery.
    expect(sandbox.discord.messages(watched.channel("offered").id)).toHaveLength(5);
  });

  it("is rolled back without anybody, where that is configured, and once only", async () => {
    const good = await deployed("automatic");
    const sha = await deployed("automatic");
    bad.add(sha);
    const alert = await saying("automatic", "- Down");
    const rollback = await message("automatic", (each) => textOf(each).includes("did not hold\n"));
    await saying("automatic", "- Up again after");

    expect(textOf(alert)).toContain("Slipway rolls it back, as configured, if that is still possible");
    expect(textOf(rollback)).toMatch(/Slipway: #\d+ did not hold/);
    await runs(sandbox, good, "automatic");
    // Three deployments, one alert, one recovery, and the answer that mentions whose deployment it was.
    expect(sandbox.discord.messages(watched.channel("automatic").id)).toHaveLength(6);
  });
});
