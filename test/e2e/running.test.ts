import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { appFiles } from "../../sandbox/host/app-files.js";
import { REPOSITORY, type Sandbox } from "../../sandbox/start-sandbox.js";
import { judgeWords } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, commit, deploy, messageSaying, press, runs, textOf } from "./support.js";

/** A hook: as soon as the rollback point is saved. */
const LOCK_THE_INDEX = `#!/bin/sh
[ "$1" = committed ] || exit 0
while read -r _ _ name; do
  [ "$name" != refs/slipway/rollback-point ] || : >"$(git rev-parse --git-dir)/index.lock"
done
`;

const QUICK = { attempts: 2, interval: "1s", timeout: "2s" };

/** An environment with its own health check, which does not take long to fail. */
function checked(world: { apps: Readonly<Record<string, { url: string }>> }, name: string) {
  return [{ url: `${world.apps[name]?.url}/health`, contains: "Shop", ...QUICK }];
}

describe("what runs", () => {
  let sandbox: Sandbox;
  let number = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({
      environments: { uat: {}, prod: { approval: {}, from: "uat" } },
      configure: (config, world) => {
        const projects = config["projects"] as Record<string, { environments: Record<string, object> }>;
        const environments = projects["shop"]?.environments ?? {};
        for (const name of ["uat", "prod"])
          Object.assign(environments[name] ?? {}, { health: checked(world, name) });
        return config;
      },
    });
  });
  afterAll(() => sandbox?.close());
  afterEach(() => judgeWords(sandbox));

  const type = async (name: string, options: Record<string, string>) => {
    const view = await sandbox.discord.runCommand(sandbox.people.alex.id, sandbox.channel.id, name, options);
    const message = view.message ?? (await sandbox.discord.waitForReply(view.id));
    return textOf(message);
  };
  const status = (environment = "uat") => type("status", { environment });
  const short = (sha: string) => sha.slice(0, 7);

  /** A commit with these files, green on GitHub. */
  async function pushed(files: Record<string, string> | undefined, message: string): Promise<string> {
    const sha =
      files === undefined
        ? await commit(sandbox, message)
        : await sandbox.github.commit(REPOSITORY, { branch: "main", message, files });
    sandbox.github.setChecks(REPOSITORY, sha, { runs: [{ name: "tests", conclusion: "success" }] });
    return sha;
  }

  async function deployed(words: string, options: Record<string, string> = {}) {
    await deploy(sandbox, options);
    return messageSaying(sandbox, ++number, words);
  }

  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", sandbox.app("uat").directory, ...args], { encoding: "utf8" }).trim();

  it("is release 0 where the application was live before Slipway came", async () => {
    const adopted = await sandbox.app("uat").checkedOutSha();

    const before = await status();

    expect(before).toContain(short(adopted));
    expect(before).toContain("not deployed by Slipway");
  });

  it("is the new release after a failed health check, everywhere", async () => {
    const a = await pushed(appFiles({ name: "Shop" }), "Release A");
    const first = await deployed("succeeded ✅");
    const b = await pushed(appFiles({ name: "Shop", healthy: false }), "Release B");
    const failed = await deployed("Deployment failed");
    await runs(sandbox, b);

    expect(textOf(first)).toContain(short(a));
    expect(textOf(failed)).toContain(`now on \`${short(b)}\`, restarted`);
    const shown = await status();
    expect(shown).toContain(short(b));
    expect(shown).not.toContain(short(a));
    const refused = await type("promote", { from: "uat", to: "prod" });
    expect(refused).toContain("did not succeed");
    const history = await type("history", { environment: "uat" });
    expect(history).toContain(short(b));
  });

  it("stays so when the next deployment fails before the restart, and so does the rollback point", async () => {
    const running = await sandbox.app("uat").runningSha();
    const c = await pushed(undefined, "Release C");
    // Git's own lock, taken after the preflight has looked for it: the checkout cannot be moved.
    const { directory } = sandbox.app("uat");
    writeFileSync(join(directory, ".git/hooks/reference-transaction"), LOCK_THE_INDEX, { mode: 0o755 });
    const failed = await deployed("Deployment failed");
    for (const file of ["hooks/reference-transaction", "index.lock"]) rmSync(join(directory, ".git", file));

    expect(await sandbox.app("uat").runningSha()).toBe(running);
    expect(git("rev-parse", "refs/slipway/rollback-point")).toBe(running);
    expect(textOf(failed)).not.toContain(`now on \`${short(c)}\`, restarted`);
    const shown = await status();
    expect(shown).toContain(short(running));
    expect(textOf(failed)).toContain(short(c));
  });

  it("goes back to the last good release with the button", async () => {
    const failed = await messageSaying(sandbox, number, "Deployment failed");
    const answer = await press(sandbox, sandbox.people.alex, failed, "Roll back");
    expect(await answerOf(sandbox, answer)).toContain(`#${number + 1}`);
    await messageSaying(sandbox, ++number, "succeeded ✅");
    const good = await sandbox.app("uat").runningSha();

    expect(await status()).toContain(short(good));
    expect(git("log", "-1", "--format=%s", good)).toBe("Release A");
  });

  it("is what the first approval of a live environment compares with", async () => {
    const live = await sandbox.app("prod").checkedOutSha();
    await type("promote", { from: "uat", to: "prod" });
    const waiting = await messageSaying(sandbox, ++number, "Approval needed", { environment: "prod" });

    expect(textOf(waiting)).toContain(`compare/${live}...`);
  });

  it("is not known once somebody has moved the checkout by hand", async () => {
    const recorded = await sandbox.app("uat").checkedOutSha();
    git("reset", "--hard", "HEAD~1");
    const moved = await sandbox.app("uat").checkedOutSha();

    const shown = await status();

    expect(moved).not.toBe(recorded);
    expect(shown).toContain(short(moved));
    expect(shown).toContain("❔");
    git("reset", "--hard", recorded);
    expect(await status()).not.toContain("❔");
  });
});
