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

  it.each([9, 10, 50, 51, 60, 61, 104])("tells the newest ten of %i commits", async (count) => {
    const messages = Array.from({ length: count }, (_, index) => `Commit ${index + 1}`);
    const head = (await branchOf(`many-${count}`, messages)).at(-1) ?? first;

    const comparison = await compare({ base: first, head, branch: `many-${count}` });

    expect(comparison?.totalCommits).toBe(count);
    expect(comparison?.commits.map(({ subject }) => subject)).toEqual(messages.slice(-10).reverse());
  });

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

  it("tells an older release as one without commits of its own", async () => {
    const [base = first] = await branchOf("back", ["Bad"]);

    expect(await compare({ base, head: first, branch: "back" })).toEqual({
      base,
      commits: [],
      totalCommits: 0,
      files: 0,
      migrations: 0,
      behindBy: 1,
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
    ["the running commit", () => compare({ base: unknown, head: first, branch: "main" })],
    ["the release", () => compare({ base: first, head: unknown, branch: "main" })],
    ["the branch", () => compare({ base: first, head: first, branch: "none" })],
    ["the repository", () => compare({ base: first, head: first, branch: "main" }, "acme/none")],
  ])("is undefined where GitHub does not know %s", async (_what, run) => {
    expect(await run()).toBeUndefined();
  });

  it("throws when GitHub refuses to answer", async () => {
    github.queueFault({ fault: { kind: "status", status: 403 }, path: /compare/, times: 2 });

    await expect(compare({ base: first, head: first, branch: "main" })).rejects.toMatchObject({
      status: 403,
    });
  });
});
