import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { GitHubStandIn, NewCommit } from "../../../sandbox/github/types.js";
import { Sha } from "../../../src/deployments/release.js";
import { createGitHubClient } from "../../../src/github/client.js";
import { type ComparedReleases, compareReleases } from "../../../src/github/comparison.js";
import { Secret } from "../../../src/secret.js";

const shop = "acme/shop";
const logger = pino({ level: "silent" });
const unknown = Sha.parse("0".repeat(40));
let github: GitHubStandIn;
let first: Sha;

beforeAll(async () => {
  github = await startGitHub({ validate: true });
  await github.createRepository(shop, { "README.md": "# Shop\n", "db/migrate/old.sql": "x" });
  first = Sha.parse(await github.headOf(shop, "main"));
});
afterEach(() => github.clearFaults());
afterAll(() => github.close());

async function commit(branch: string, change: Partial<NewCommit> & { message: string }): Promise<Sha> {
  const files = change.files ?? { "file.txt": change.message };
  return Sha.parse(await github.commit(shop, { branch, files, ...change }));
}

/** A branch of its own from the first commit. */
async function branchOf(name: string, messages: readonly string[]): Promise<readonly Sha[]> {
  await github.createBranch(shop, name, first);
  const shas: Sha[] = [];
  for (const message of messages) shas.push(await commit(name, { message }));
  return shas;
}

/** A branch of many commits, each without files, written by one process. */
async function longBranch(name: string, messages: readonly string[]): Promise<Sha> {
  const commits = messages.map((message, index) => {
    const from = index === 0 ? `\nfrom ${first}` : "";
    const who = `Ada <ada@example.org> ${1_700_000_000 + index} +0000`;
    return `commit refs/heads/${name}\ncommitter ${who}\ndata ${message.length}\n${message}${from}\n`;
  });
  const directory = fileURLToPath(github.cloneUrl(shop));
  execFileSync("git", ["-C", directory, "fast-import", "--quiet"], { input: commits.join("") });
  return Sha.parse(await github.headOf(shop, name));
}

function compare(releases: ComparedReleases, repository = shop) {
  const client = createGitHubClient({ apiUrl: github.apiUrl, token: new Secret(github.token), logger });
  return compareReleases({ github: client, logger }, repository, releases);
}

describe("compareReleases", () => {
  it("tells the commits with their authors and pull requests, the newest first", async () => {
    const grace = { name: "Grace Hopper", email: "grace@example.org", login: "grace" };
    const guest = { name: "Somebody Else", email: "guest@example.org" };
    await branchOf("told", ["Mend a typo"]);
    await commit("told", { message: "Merge pull request #12 from acme/shoes\n\nSell shoes", author: guest });
    await commit("told", { message: "Sell laces (#345)", author: grace });
    const head = await commit("told", { message: "Mention #9 (#1) again" });

    const comparison = await compare({ base: first, head, branch: "told" });

    expect(comparison).toMatchObject({ base: first, totalCommits: 4, behindBy: 0 });
    expect(comparison?.commits[0]?.sha).toBe(head);
    expect(
      comparison?.commits.map(({ subject, author, pullRequest }) => [subject, author, pullRequest]),
    ).toEqual([
      ["Mention #9 (#1) again", expect.any(String), undefined],
      ["Sell laces (#345)", "grace", 345],
      ["Merge pull request #12 from acme/shoes", "Somebody Else", 12],
      ["Mend a typo", expect.any(String), undefined],
    ]);
  });

  it.each([9, 10, 50, 51, 60, 61, 104, 251])(
    "lists the newest ten of %i commits, both ways",
    async (count) => {
      const messages = Array.from({ length: count }, (_, index) => `Commit ${index + 1}`);
      const head = await longBranch(`many-${count}`, messages);

      const comparison = await compare({ base: first, head, branch: `many-${count}` });

      expect(comparison?.totalCommits).toBe(count);
      expect(comparison?.commits.map(({ subject }) => subject)).toEqual(messages.slice(-10).reverse());
      const removed = (await compare({ base: head, head: first, branch: `many-${count}` }))?.removed;
      expect(removed).toMatchObject({ totalCommits: count, commits: comparison?.commits });
    },
  );

  it("counts files and, among them, migrations", async () => {
    const files = {
      "db/migrate/1.sql": "",
      "app/Migrations/2.php": "",
      "alembic/versions/3.py": "",
      "migration/4.sql": "",
      "docs/migrations.md": "",
      "src/immigration/5.ts": "",
    };
    await github.createBranch(shop, "files", first);
    const head = await commit("files", { message: "Move", files, removed: ["db/migrate/old.sql"] });

    expect(await compare({ base: first, head, branch: "files" })).toMatchObject({ files: 7, migrations: 5 });
  });

  it("counts the commits that the branch has and the release has not", async () => {
    const [head = first] = await branchOf("behind/x", ["One", "Two", "Three"]);

    expect(await compare({ base: first, head, branch: "behind/x" })).toMatchObject({
      behindBy: 2,
      totalCommits: 1,
    });
  });

  it("counts them also for a release that left the branch", async () => {
    const [head = first] = await branchOf("aside", ["Aside"]);
    await branchOf("line", ["One", "Two"]);

    expect((await compare({ base: first, head, branch: "line" }))?.behindBy).toBe(2);
  });

  it("lists what an older release takes away, with its files and migrations", async () => {
    await github.createBranch(shop, "back", first);
    await commit("back", { message: "Add slots", files: { "db/migrate/7.sql": "", "slots.ts": "" } });
    const base = await commit("back", { message: "Show slots", files: { "slots.ts": "x" } });

    expect(await compare({ base, head: first, branch: "back" })).toMatchObject({
      relation: "behind",
      totalCommits: 0,
      files: 0,
      behindBy: 2,
      removed: {
        commits: [{ sha: base, subject: "Show slots" }, { subject: "Add slots" }],
        totalCommits: 2,
        files: 2,
      },
      migrationsBack: ["db/migrate/7.sql"],
      totalMigrationsBack: 1,
    });
  });

  it("lists the hotfix that runs and that the release does not have", async () => {
    const [base] = await branchOf("hotfix", ["Stop the leak (#9)"]);
    const [head = first] = await branchOf("mainline", ["Sell shoes"]);

    const comparison = await compare({ base, head, branch: "mainline" });

    expect(comparison).toMatchObject({ relation: "diverged", totalCommits: 1, files: 1 });
    expect(comparison?.removed).toMatchObject({ totalCommits: 1, files: 1 });
    expect(comparison?.removed?.commits).toMatchObject([{ sha: base, pullRequest: 9 }]);
    expect(comparison?.removed?.contained).toBeUndefined();
    expect(comparison?.migrationsBack).toBeUndefined();
  });

  it("says that a picked hotfix is in the release, and takes back none of its migrations", async () => {
    const fix = { "leak.ts": "stopped", "db/migrate/8.sql": "create" };
    await github.createBranch(shop, "picked-from", first);
    const base = await commit("picked-from", { message: "Stop the leak", files: fix });
    await branchOf("picked-to", ["Sell shoes"]);
    const head = await commit("picked-to", { message: "Stop the leak (picked)", files: fix });

    const comparison = await compare({ base, head, branch: "picked-to" });

    expect(comparison?.removed).toMatchObject({ totalCommits: 1, files: 2, contained: true });
    expect(comparison?.migrationsBack).toBeUndefined();
  });

  it.each([
    ["deletes", { files: {}, removed: ["db/migrate/old.sql"] }],
    ["moves out of its folder", { files: { "old.sql": "x" }, removed: ["db/migrate/old.sql"] }],
  ])("names a migration that the release %s", async (what, change) => {
    const branch = `revert-${what.length}`;
    await github.createBranch(shop, branch, first);
    const head = await commit(branch, { message: "Revert", ...change });

    const comparison = await compare({ base: first, head, branch });

    expect(comparison).toMatchObject({ relation: "ahead", migrationsBack: ["db/migrate/old.sql"] });
    expect(comparison?.removed).toBeUndefined();
  });

  it("names the new place of a migration that what runs had moved", async () => {
    const moved = { files: { "db/migrate/new.sql": "x" }, removed: ["db/migrate/old.sql"] };
    await github.createBranch(shop, "renamed", first);
    const base = await commit("renamed", { message: "Rename", ...moved });

    const comparison = await compare({ base, head: first, branch: "renamed" });

    expect(comparison?.migrationsBack).toEqual(["db/migrate/new.sql"]);
  });

  it("counts a merge commit among what is taken away", async () => {
    const [one = first] = await branchOf("merge-one", ["One"]);
    const [two = first] = await branchOf("merge-two", ["Two"]);
    const message = "Merge pull request #5 from acme/two";
    const base = await commit("merged", { message, files: {}, parents: [one, two] });

    const comparison = await compare({ base, head: one, branch: "merge-one" });

    expect(comparison?.removed?.totalCommits).toBe(2);
    expect(comparison?.removed?.commits).toContainEqual(
      expect.objectContaining({ sha: base, pullRequest: 5 }),
    );
  });

  it("compares with the history that a forced push left behind", async () => {
    const [, base = first] = await branchOf("forced", ["Kept", "Dropped"]);
    await github.moveBranch(shop, "forced", first);
    const head = await commit("forced", { message: "Written again" });

    const comparison = await compare({ base, head, branch: "forced" });

    expect(comparison).toMatchObject({ relation: "diverged", removed: { totalCommits: 2 }, behindBy: 0 });
  });

  it("says that two histories share no commit", async () => {
    const head = await commit("orphan", { message: "Begin again", parents: [] });

    expect(await compare({ base: first, head, branch: "orphan" })).toEqual({
      ...{ base: first, relation: "unrelated", commits: [], totalCommits: 0, files: 0, migrations: 0 },
      behindBy: 0,
    });
    expect((await compare({ base: head, head: first, branch: "orphan" }))?.behindBy).toBeUndefined();
  });

  it("says that GitHub does not have the commit that runs", async () => {
    expect(await compare({ base: unknown, head: first, branch: "main" })).toMatchObject({
      base: unknown,
      relation: "lost",
    });
  });

  it("says that the same commit is identical", async () => {
    const comparison = await compare({ base: first, head: first, branch: "main" });

    expect(comparison).toMatchObject({ relation: "identical", totalCommits: 0 });
    expect(comparison?.removed).toBeUndefined();
  });

  it("counts on where GitHub names no more than 300 files", async () => {
    const files = Object.fromEntries(Array.from({ length: 301 }, (_, index) => [`many/${index}.txt`, "x"]));
    await github.createBranch(shop, "wide", first);
    const wide = await commit("wide", { message: "Generate", files });

    expect(await compare({ base: first, head: wide, branch: "wide" })).toMatchObject({
      files: 300,
      filesCut: true,
    });
    expect((await compare({ base: wide, head: first, branch: "wide" }))?.removed).toMatchObject({
      files: 300,
      filesCut: true,
    });
  });

  it("where nothing runs yet, tells only how far the release is behind", async () => {
    const [head = first] = await branchOf("new", ["One", "Two"]);

    expect(await compare({ base: undefined, head, branch: "new" })).toEqual({
      commits: [],
      totalCommits: 0,
      files: 0,
      migrations: 0,
      behindBy: 1,
    });
  });

  it.each([
    ["the release", () => compare({ base: first, head: unknown, branch: "main" })],
    ["the release, where nothing runs", () => compare({ base: undefined, head: unknown, branch: "main" })],
    ["the repository", () => compare({ base: unknown, head: first, branch: "main" }, "acme/none")],
  ])("is undefined where GitHub does not know %s", async (_what, run) => {
    expect(await run()).toBeUndefined();
  });

  it("leaves out how far the release is behind a branch that GitHub does not have", async () => {
    const comparison = await compare({ base: first, head: first, branch: "none" });

    expect(comparison).toMatchObject({ relation: "identical" });
    expect(comparison?.behindBy).toBeUndefined();
  });

  it("throws when GitHub refuses to answer", async () => {
    github.queueFault({ fault: { kind: "status", status: 403 }, path: /compare/, times: 2 });

    await expect(compare({ base: first, head: first, branch: "main" })).rejects.toMatchObject({
      trouble: { kind: "rate-limited" },
    });
  });
});
