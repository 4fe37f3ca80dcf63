import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import type { RawEnvironment, Sandbox, SandboxWorld } from "../../sandbox/start-sandbox.js";
import { type Authority, type KeyPair, makeAuthority } from "../integration/health/certificates.js";
import {
  headlines,
  MonitorAccess,
  ProbedApp,
  QUICK_MONITOR,
  WatchedEnvironments,
} from "./monitoring-scene.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, customIdOf, press, textOf } from "./support.js";

describe("monitoring", () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  const watched = new WatchedEnvironments();
  const apps = new Map<string, ProbedApp>();
  let authority: Authority;
  let valid: KeyPair;
  let expired: KeyPair;
  let sandbox: Sandbox;
  let monitor: MonitorAccess;

  beforeAll(async () => {
    authority = await makeAuthority();
    cleanups.push(() => authority.close());
    [valid, expired] = [await authority.issue(20), await authority.issue(-1)];
    const names = ["stopped", "slow", "error", "textless", "flapping", "blip", "twin-a", "twin-b", "called"];
    for (const name of [...names, "people", "killed"]) apps.set(name, await ProbedApp.start());
    apps.set("expired", await ProbedApp.start(valid));
    const directory = await mkdtemp(join(tmpdir(), "slipway-health-"));
    cleanups.push(() => rm(directory, { recursive: true }));
    const trusted = join(directory, "ca.pem");
    await writeFile(trusted, authority.cert);
    sandbox = await startSandbox({
      // Discord takes one IDENTIFY in 5 s; the restart here would wait for it.
      discord: { limits: { identifyIntervalMs: 50 } },
      environments: { uat: {} },
      env: { NODE_EXTRA_CA_CERTS: trusted },
      configure: (config, world) =>
        watched.configure(
          config,
          world,
          Object.fromEntries(
            [...apps].map(([name, app]) => [
              name,
              { app, channel: name.startsWith("twin") ? "twins" : name, extra: extras(world)[name] ?? {} },
            ]),
          ),
        ),
    });
    cleanups.push(() => sandbox.close());
    monitor = new MonitorAccess(sandbox);
    cleanups.push(() => monitor.close());
  });
  afterAll(async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
    for (const app of apps.values()) await app.stop();
  });

  function app(name: string): ProbedApp {
    const found = apps.get(name);
    if (found === undefined) throw new Error(`There is no application ${name}.`);
    return found;
  }

  function messages(channel: string): readonly MessageView[] {
    return sandbox.discord.messages(watched.channel(channel).id);
  }

  function message(channel: string, words: string): Promise<MessageView> {
    const { id } = watched.channel(channel);
    return sandbox.discord.waitForMessage(id, ({ content }) => content.includes(words));
  }

  /** The alert, once Discord has it. */
  async function alertOf(name: string, channel = name): Promise<MessageView> {
    await monitor.probe(name);
    return message(channel, "- Down");
  }

  /** Resolves when the incident's message says that it is over, and its recovery was told. */
  async function recovered(channel: string): Promise<readonly MessageView[]> {
    await message(channel, "- Up again after");
    const { id } = watched.channel(channel);
    await sandbox.discord.waitForMessage(id, ({ content }) => /- Up again\*\*/.test(content));
    return messages(channel);
  }

  it.each([
    {
      name: "stopped",
      says: /❌ `http:.*ECONNREFUSED/,
      breakIt: (it: ProbedApp) => it.stop(),
      mend: (it: ProbedApp) => it.start(),
    },
    { name: "slow", says: /1(?:\.0)? s/, breakIt: inMood("slow"), mend: inMood("good") },
    { name: "error", says: /500/, breakIt: inMood("error"), mend: inMood("good") },
    { name: "textless", says: /Shop/, breakIt: inMood("textless"), mend: inMood("good") },
    {
      name: "expired",
      says: /expired|<t:\d+/,
      breakIt: async (it: ProbedApp) => it.present(expired),
      mend: async (it: ProbedApp) => it.present(valid),
    },
  ])("tells of an application that is $name once, and once of its recovery", async (outage) => {
    await outage.breakIt(app(outage.name));
    const alert = await alertOf(outage.name);
    await outage.mend(app(outage.name));
    const all = await recovered(outage.name);

    const where = outage.name.toUpperCase();
    expect(textOf(alert)).toMatch(outage.says);
    expect(alert.pinged).toEqual([sandbox.roles.developer.id]);
    expect(headlines(all)).toEqual([
      `🟢 **${where} - Up again**`,
      expect.stringMatching(new RegExp(`^✅ \\*\\*${where} - Up again after \\d+ s\\*\\*$`)),
    ]);
    expect(all[1]?.pinged).toEqual([]);
  });

  it("alerts nobody for a blip", async () => {
    const blip = app("blip");
    blip.mood = "error";
    await monitor.probe("blip");
    await expect.poll(() => blip.asked).toBe(1);
    blip.mood = "good";

    const runOf = async () => (await monitor.incidents.board()).environments["shop/blip"]?.run;
    await expect.poll(runOf).toMatchObject({ ok: true });
    expect(messages("blip")).toEqual([]);
  });

  it("damps flapping: one alert and one recovery", async () => {
    const flapping = app("flapping");
    flapping.mood = "error";
    await alertOf("flapping");
    for (let fall = 0; fall < 2; fall++) {
      flapping.mood = "good";
      await message("flapping", "- Answers again");
      flapping.mood = "error";
      await message("flapping", "- Down");
    }
    flapping.mood = "good";

    expect(await recovered("flapping")).toHaveLength(2);
  });

  it("makes one incident of two environments on a dead host", async () => {
    await Promise.all(["twin-a", "twin-b"].map((name) => app(name).stop()));
    await Promise.all(["twin-a", "twin-b"].map((name) => monitor.probe(name)));
    const { id } = watched.channel("twins");
    const both = /TWIN-A, TWIN-B|TWIN-B, TWIN-A/;
    const alert = await sandbox.discord.waitForMessage(id, ({ content }) => both.test(content));
    await Promise.all(["twin-a", "twin-b"].map((name) => app(name).start()));
    const all = await recovered("twins");

    expect(alert.content).toContain("host web-1");
    expect(all).toHaveLength(2);
  });

  it("calls others once when nobody acknowledges", async () => {
    app("called").mood = "error";
    const alert = await alertOf("called");
    const call = await message("called", "nobody has acknowledged it");
    app("called").mood = "good";
    const all = await recovered("called");

    expect([alert, call].map(({ pinged }) => pinged)).toEqual([[], [sandbox.roles.approver.id]]);
    expect(all).toHaveLength(3);
  });

  describe("the buttons", () => {
    let alert: MessageView;

    beforeAll(async () => {
      app("people").mood = "error";
      alert = await alertOf("people");
    });

    it("are for those who deploy or approve there", async () => {
      const answer = await press(sandbox, sandbox.people.sam, alert, "Acknowledge");

      expect(await answerOf(sandbox, answer)).toContain(`<@&${sandbox.roles.developer.id}>`);
    });

    it("acknowledge, once, and the message says who", async () => {
      const { alex, camille } = sandbox.people;
      const first = await press(sandbox, alex, alert, "Acknowledge");
      const second = await sandbox.discord.forgeButton(
        camille.id,
        alert.channelId,
        alert.id,
        customIdOf(alert, "Acknowledge"),
      );
      const drawn = await sandbox.discord.waitForMessage(alert.channelId, (each) =>
        textOf(each).includes("Acknowledged by"),
      );

      expect(await answerOf(sandbox, first)).toContain("it is not escalated further");
      expect(await answerOf(sandbox, second)).toContain(`<@${alex.id}>`);
      expect(textOf(drawn)).toContain(`<@${alex.id}>`);
    });

    it("show the end of the log to the one who asks", async () => {
      const pressed = await press(sandbox, sandbox.people.alex, alert, "Show logs");
      const answer = await sandbox.discord.waitForReply(pressed.id);

      const [file] = answer.attachments;
      expect(sandbox.discord.attachment(file?.id ?? "").toString()).toContain("listens on port");
      expect(answer.ephemeralFor).toBe(sandbox.people.alex.id);
    });

    it("snooze for an hour", async () => {
      await press(sandbox, sandbox.people.alex, alert, "Snooze 1 h");

      const drawn = await sandbox.discord.waitForMessage(alert.channelId, (each) =>
        textOf(each).includes("Snoozed by"),
      );
      expect(drawn.id).toBe(alert.id);
    });

    it("say so when the incident has ended", async () => {
      app("people").mood = "good";
      await recovered("people");
      const { alex } = sandbox.people;
      const answer = await sandbox.discord.forgeButton(
        alex.id,
        alert.channelId,
        alert.id,
        customIdOf(alert, "Snooze 1 h"),
      );

      expect(await answerOf(sandbox, answer)).toContain("This incident is over");
    });
  });

  it("keeps to one message when the bot is killed during an incident", async () => {
    app("killed").mood = "error";
    const alert = await alertOf("killed");
    sandbox.bot.signal("SIGKILL");
    await sandbox.bot.exited;
    await sandbox.startBot();
    const asked = app("killed").asked;
    await expect.poll(() => app("killed").asked).toBeGreaterThan(asked);
    app("killed").mood = "good";
    const all = await recovered("killed");

    expect(all.map(({ id }) => id === alert.id)).toEqual([true, false]);
  });
});

/** What single environments say besides. */
function extras({ apps, roles }: SandboxWorld): Readonly<Record<string, RawEnvironment>> {
  const escalate = { after: "1s", mention: [roles.approver.id] };
  return {
    people: { logs: [{ name: "web", file: apps["uat"]?.log }] },
    called: { monitor: { ...QUICK_MONITOR, escalate } },
  };
}

function inMood(mood: "good" | "error" | "textless" | "slow") {
  return async (app: ProbedApp) => {
    app.mood = mood;
  };
}
