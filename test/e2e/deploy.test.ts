import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { judgeWords } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import { commit, deploy, messageSaying, press, push, replyTo, runs, textOf } from "./support.js";

describe("one environment", () => {
  let sandbox: Sandbox;
  let number = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({
      environments: {
        uat: { triggers: { push: "main" }, health: [] },
      },
    });
  });

  afterEach(() => judgeWords(sandbox));
  afterAll(async () => {
    await sandbox?.close();
  });

  it("deploys by command and tells the story in one message", async () => {
    const { discord, channel, people } = sandbox;
    const sha = await commit(sandbox, "Add the basket");

    const answer = await replyTo(sandbox, await deploy(sandbox));
    const message = await messageSaying(sandbox, ++number, "succeeded ✅");

    expect(answer.content).toMatch(/^🚀 Deployment #1 of .* is on its way/);
    expect(answer.ephemeralFor).toBe(people.alex.id);
    await runs(sandbox, sha);
    expect(message.content).toBe("🎯 **UAT - Deployment succeeded ✅**");
    expect(textOf(message)).toContain(`https://github.com/${REPOSITORY}/commit/${sha}`);
    expect(textOf(message)).toContain("Add the basket");
    expect(textOf(message)).toContain(`<@${people.alex.id}>`);
    expect(message.pinged).toEqual([]);
    expect(discord.messages(channel.id)).toHaveLength(1);
  });

  it("asks about what runs already in the person's language and announces in the configuration's", async () => {
    const { discord, channel, people } = sandbox;

    const asked = await discord.runCommand(people.camille.id, channel.id, "deploy", { environment: "uat" });
    const question = await replyTo(sandbox, asked);
    expect(question.content).toMatch(/déjà en place sur \*\*shop \/ uat\*\*.*\n.* · déploiement n°\s1 /);
    expect(discord.messages(channel.id)).toHaveLength(number);

    const answer = await replyTo(sandbox, await press(sandbox, people.camille, question, "Redéployer"));
    const message = await messageSaying(sandbox, ++number, "succeeded ✅");

    expect(answer.content).toContain("Le déploiement n°\u00a02");
    expect(message.content).toContain("Deployment succeeded");
    const command = discord.commands().find(({ name }) => name === "deploy");
    expect(command?.name_localizations).toMatchObject({ fr: "déployer" });
  });

  it("deploys the pushed commit without a person", async () => {
    const { sha, delivery } = await push(sandbox, "Pushed");
    const message = await messageSaying(sandbox, ++number, "succeeded ✅");

    expect(delivery.status).toBe(202);
    await runs(sandbox, sha);
    expect(textOf(message)).toMatch(/push to `main` by /);
  });

  it("deploys a tag, a branch and a short SHA", async () => {
    const { github } = sandbox;
    const tagged = await commit(sandbox, "Tagged");
    await github.createTag(REPOSITORY, "v1.0.0", tagged, "First");
    const branched = await github.commit(REPOSITORY, {
      branch: "feature/basket",
      message: "Branched",
      files: { "b.txt": "b" },
    });

    for (const [ref, sha] of [
      ["v1.0.0", tagged],
      ["feature/basket", branched],
      [tagged.slice(0, 8), tagged],
    ] as const) {
      await deploy(sandbox, { ref });
      await messageSaying(sandbox, ++number, "succeeded ✅");
      await runs(sandbox, sha);
    }
  });

  it.each([
    ["nowhere", /has no branch, tag or commit `nowhere`/],
    ["main..evil", /cannot be the name of a branch/],
    ["f".repeat(40), /has no branch, tag or commit/],
  ])("refuses the bad ref %s and starts nothing", async (ref, words) => {
    const answer = await replyTo(sandbox, await deploy(sandbox, { ref }));

    expect(answer.content).toMatch(words);
    expect(answer.ephemeralFor).toBe(sandbox.people.alex.id);
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(number);
  });

  it("refuses who lacks the role, and says which role would do", async () => {
    const { people, roles } = sandbox;

    const answer = await replyTo(sandbox, await deploy(sandbox, {}, people.sam));

    expect(answer.content).toContain("You may not deploy to **uat**");
    expect(answer.content).toContain(`<@&${roles.developer.id}>`);
    expect(answer.pinged).toEqual([]);
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(number);
  });

  it.each([
    [{ environment: "production" }, "There is no environment `production`. Known: `uat`."],
    [{ project: "shoe" }, "There is no project `shoe`. Known: `shop`."],
  ])("refuses unknown names %j", async (options, words) => {
    const answer = await replyTo(sandbox, await deploy(sandbox, options));

    expect(answer.content).toContain(words);
  });

  it("refuses a webhook with a wrong signature", async () => {
    const { github, webhookUrl } = sandbox;
    const sha = await commit(sandbox);
    const payload = await github.pushPayload(REPOSITORY, {
      branch: "main",
      before: await parentOf(sandbox),
      after: sha,
    });

    const forged = await github.deliver(webhookUrl, "push", payload, { secret: "wrong" });
    const unsigned = await github.deliver(webhookUrl, "push", payload, { signature: "" });

    expect([forged.status, unsigned.status]).toEqual([401, 401]);
    expect(sandbox.discord.messages(sandbox.channel.id)).toHaveLength(number);
  });

  it("takes the same delivery five times as one deployment, also under new ids", async () => {
    const { github, webhookUrl, discord, channel } = sandbox;
    const before = await github.headOf(REPOSITORY, "main");
    const after = await commit(sandbox, "Delivered five times");
    const payload = await github.pushPayload(REPOSITORY, { branch: "main", before, after });
    const deliveryId = "11111111-2222-3333-4444-555555555555";

    for (let time = 0; time < 5; time++) {
      const { status } = await github.deliver(webhookUrl, "push", payload, time < 4 ? { deliveryId } : {});
      expect(status).toBe(202);
    }
    await messageSaying(sandbox, ++number, "succeeded ✅");
    const { sha } = await push(sandbox, "The next one");
    await messageSaying(sandbox, ++number, "succeeded ✅");

    await runs(sandbox, sha);
    expect(discord.messages(channel.id)).toHaveLength(number);
  });

  it.each(["branch deleted", "force-push", "empty push", "unknown repository", "another branch"])(
    "ignores a %s with a log line",
    async (kind) => {
      const { github, webhookUrl, bot, discord, channel } = sandbox;
      const head = await github.headOf(REPOSITORY, "main");
      const deliveryId = `ignored-${kind.replaceAll(" ", "-")}`;
      const payload = await ignoredPayload(sandbox, kind, head);

      const { status } = await github.deliver(webhookUrl, "push", payload, { deliveryId });
      const line = await bot.waitForLine((each) => each["delivery"] === deliveryId);

      expect(status).toBe(202);
      expect(line.msg).toContain("ignored");
      expect(discord.messages(channel.id)).toHaveLength(number);
    },
  );

  it("shows what runs and what was deployed", async () => {
    const { discord, channel, people, github } = sandbox;
    const head = await github.headOf(REPOSITORY, "main");

    await deploy(sandbox);
    await messageSaying(sandbox, ++number, "succeeded ✅");
    const status = await discord.runCommand(people.sam.id, channel.id, "status", {});
    const history = await discord.runCommand(people.camille.id, channel.id, "history", {
      environment: "uat",
      count: 3,
    });

    expect(textOf(await replyTo(sandbox, status))).toContain(head.slice(0, 7));
    expect(textOf(await replyTo(sandbox, history))).toContain("Les derniers déploiements vers shop / uat");
    expect((await replyTo(sandbox, history)).embeds[0]?.description?.split("\n")).toHaveLength(3);
  });

  it("proposes environments, projects and refs while they are typed", async () => {
    const { discord, channel, people } = sandbox;
    const complete = (options: Record<string, string>, focused: string) =>
      discord.autocomplete(people.alex.id, channel.id, "deploy", options, focused);

    const environments = await complete({ environment: "u" }, "environment");
    const projects = await complete({ environment: "uat", project: "" }, "project");
    const refs = await complete({ environment: "uat", ref: "fea" }, "ref");
    const commits = await complete({ environment: "uat", ref: "" }, "ref");

    expect(environments).toEqual([{ name: "uat", value: "uat" }]);
    expect(projects).toEqual([{ name: "shop", value: "shop" }]);
    expect(refs.map(({ value }) => value)).toContain("feature/basket");
    expect(commits.length).toBeLessThanOrEqual(25);
    expect(commits.some(({ value }) => /^[0-9a-f]{40}$/.test(String(value)))).toBe(true);
  });

  it("gives an empty list of refs when GitHub is slow", async () => {
    const { discord, channel, people, github } = sandbox;
    github.queueFault({ fault: { kind: "delay", milliseconds: 2_000 }, times: 3 });

    const refs = await discord.autocomplete(
      people.alex.id,
      channel.id,
      "deploy",
      { environment: "uat", ref: "slow" },
      "ref",
    );

    expect(refs).toEqual([]);
    github.clearFaults();
  });

  it("says so when GitHub does not answer, and starts nothing", async () => {
    const { github } = sandbox;
    github.queueFault({ fault: { kind: "status", status: 500 }, times: 100 });

    const message = await replyTo(sandbox, await deploy(sandbox));

    expect(message.content).toContain("GitHub did not answer");
    github.clearFaults();
  });
});

async function parentOf(sandbox: Sandbox): Promise<string> {
  return sandbox.app("uat").runningSha();
}

async function ignoredPayload(
  sandbox: Sandbox,
  kind: string,
  head: string,
): Promise<Record<string, unknown>> {
  const { github } = sandbox;
  const base = { branch: "main", before: head, after: head };
  const other = await github.commit(REPOSITORY, {
    branch: `other-${kind.length}`,
    message: kind,
    files: { o: kind },
  });
  switch (kind) {
    case "branch deleted":
      return github.pushPayload(REPOSITORY, { ...base, after: "0".repeat(40) });
    case "force-push":
      return github.pushPayload(REPOSITORY, { ...base, after: other, forced: true });
    case "another branch":
      return github.pushPayload(REPOSITORY, { branch: `other-${kind.length}`, before: head, after: other });
    case "unknown repository": {
      const payload = await github.pushPayload(REPOSITORY, { ...base, after: other });
      const repository = { ...(payload["repository"] as object), id: 424_242, full_name: "somebody/else" };
      return { ...payload, repository };
    }
    default:
      return github.pushPayload(REPOSITORY, base);
  }
}
