import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

describe("repositories, branches, tags and commits", () => {
  let fixture: Fixture;
  let second: string;
  let feature: string;

  beforeAll(async () => {
    fixture = await startFixture();
    const { github } = fixture;
    second = await github.commit(shop, {
      branch: "main",
      message: "Serve the basket\n\nWith a second paragraph.",
      files: { "app/server.mjs": "export const basket = [];\n", "bin/run": "#!/bin/sh\n" },
      author: { name: "Noor <admin>", email: "noor@example.com", login: "noor" },
    });
    feature = await github.commit(shop, {
      branch: "feature/basket",
      message: "Rename the readme",
      files: { "docs/READ ME.md": "# Shop\n" },
      removed: ["README.md"],
      author: { name: "Stranger", email: "stranger@example.com" },
    });
    await github.createTag(shop, "v1.2.0", fixture.first);
    await github.createTag(shop, "v1.10.0", second, "The tenth\n\nwith notes");
  });
  afterAll(() => fixture.github.close());

  it("describes the repository", async () => {
    const { data } = await fixture.octokit.repos.get({ owner, repo });
    expect(data).toMatchObject({ full_name: shop, default_branch: "main", owner: { login: owner } });
  });

  it("finds a repository without regard to case", async () => {
    const { data } = await fixture.octokit.repos.get({ owner: "ACME", repo: "Shop" });
    expect(data.full_name).toBe(shop);
  });

  it("answers 404 for an unknown repository", async () => {
    expect(await statusOf(fixture.octokit.repos.get({ owner, repo: "other" }))).toBe(404);
  });

  it("lists branches with their heads", async () => {
    const { data } = await fixture.octokit.repos.listBranches({ owner, repo });
    expect(data.map((branch) => [branch.name, branch.commit.sha])).toEqual([
      ["feature/basket", feature],
      ["main", second],
    ]);
  });

  it("shows a branch with a slash in its name", async () => {
    const { data } = await fixture.octokit.repos.getBranch({ owner, repo, branch: "feature/basket" });
    expect(data.commit.sha).toBe(feature);
  });

  it("answers 404 for the leading part of a branch name", async () => {
    expect(await statusOf(fixture.octokit.repos.getBranch({ owner, repo, branch: "feature" }))).toBe(404);
  });

  it("lists tags by version with the commits they point at", async () => {
    const { data } = await fixture.octokit.repos.listTags({ owner, repo });
    expect(data.map((tag) => [tag.name, tag.commit.sha])).toEqual([
      ["v1.10.0", second],
      ["v1.2.0", fixture.first],
    ]);
  });

  it("lists the history of a branch, newest first", async () => {
    const { data } = await fixture.octokit.repos.listCommits({ owner, repo, sha: "feature/basket" });
    expect(data.map((commit) => commit.sha)).toEqual([feature, second, fixture.first]);
  });

  it("lists only the commits that touched a path", async () => {
    const { data } = await fixture.octokit.repos.listCommits({ owner, repo, path: "bin/run" });
    expect(data.map((commit) => commit.sha)).toEqual([second]);
  });

  it("lists no commits from before they were made", async () => {
    const { data } = await fixture.octokit.repos.listCommits({ owner, repo, until: "2001-01-01T00:00:00Z" });
    expect(data).toEqual([]);
  });

  it.each([
    ["branch", "main"],
    ["branch with its prefix", "heads/main"],
    ["annotated tag", "v1.10.0"],
    ["tag with its prefix", "tags/v1.10.0"],
    ["HEAD", "HEAD"],
  ])("resolves a commit by %s", async (_, ref) => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref });
    expect(data.sha).toBe(second);
  });

  it("resolves a short SHA", async () => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref: second.slice(0, 8) });
    expect(data.sha).toBe(second);
  });

  it("answers with nothing but the SHA when asked for it", async () => {
    const { data } = await fixture.octokit.repos.getCommit({
      owner,
      repo,
      ref: "main",
      mediaType: { format: "sha" },
    });
    expect(data).toBe(second);
  });

  it("shows message, author, account and link of a commit", async () => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref: second });
    expect(data).toMatchObject({
      html_url: `https://github.com/${shop}/commit/${second}`,
      author: { login: "noor" },
      commit: {
        message: "Serve the basket\n\nWith a second paragraph.",
        author: { name: "Noor admin", email: "noor@example.com" },
      },
      parents: [{ sha: fixture.first }],
      stats: { additions: 2, deletions: 1, total: 3 },
    });
  });

  it("shows the files of a commit, renamed ones with both names", async () => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref: feature });
    expect(data.files).toMatchObject([
      { filename: "docs/READ ME.md", previous_filename: "README.md", status: "renamed", changes: 0 },
    ]);
  });

  it("shows no account for an address that nobody has", async () => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref: feature });
    expect(data.author).toBeNull();
  });

  it("lists the files of the first commit as added", async () => {
    const { data } = await fixture.octokit.repos.getCommit({ owner, repo, ref: fixture.first });
    expect(data.files?.map((file) => [file.filename, file.status])).toEqual([
      ["README.md", "added"],
      ["app/server.mjs", "added"],
    ]);
  });

  it.each(["nowhere", "0".repeat(40), "main..feature/basket", "main^{/Serve}", "@{-1}"])(
    "answers 422 for %s, which is no commit",
    async (ref) => {
      expect(await statusOf(fixture.octokit.repos.getCommit({ owner, repo, ref }))).toBe(422);
    },
  );

  it("refuses a query parameter that it would have to ignore", async () => {
    expect(await statusOf(fixture.octokit.repos.listCommits({ owner, repo, author: "noor" }))).toBe(501);
  });
});

describe("comparisons", () => {
  let fixture: Fixture;
  let onMain: string;
  const onTopic: string[] = [];

  beforeAll(async () => {
    fixture = await startFixture();
    const { github, first } = fixture;
    await github.createBranch(shop, "topic", first);
    for (const name of ["one", "two", "three"]) {
      onTopic.push(
        await github.commit(shop, { branch: "topic", message: name, files: { [name]: `${name}\n` } }),
      );
    }
    onMain = await github.commit(shop, { branch: "main", message: "Main", files: { main: "main\n" } });
  });
  afterAll(() => fixture.github.close());

  const compare = async (basehead: string, more: { per_page?: number; page?: number } = {}) =>
    (await fixture.octokit.repos.compareCommitsWithBasehead({ owner, repo, basehead, ...more })).data;

  it("counts both sides of branches that have diverged", async () => {
    const comparison = await compare("main...topic");
    expect(comparison).toMatchObject({
      status: "diverged",
      ahead_by: 3,
      behind_by: 1,
      total_commits: 3,
      base_commit: { sha: onMain },
      merge_base_commit: { sha: fixture.first },
    });
  });

  it("lists commits oldest first and the files since the common commit", async () => {
    const comparison = await compare(`${fixture.first}...topic`);
    expect(comparison.status).toBe("ahead");
    expect(comparison.commits.map((commit) => commit.sha)).toEqual(onTopic);
    expect(comparison.files?.map((file) => file.filename)).toEqual(["one", "three", "two"]);
  });

  it("pages through the commits in the same order", async () => {
    const comparison = await compare("main...topic", { per_page: 2, page: 2 });
    expect(comparison.commits.map((commit) => commit.sha)).toEqual(onTopic.slice(2));
  });

  it.each([
    ["topic...topic", "identical"],
    ["acme:main...acme:main", "identical"],
    ["topic...HEAD", "diverged"],
  ])("calls %s %s", async (basehead, status) => {
    expect((await compare(basehead)).status).toBe(status);
  });

  it("calls an older commit behind", async () => {
    expect(await compare(`main...${fixture.first}`)).toMatchObject({
      status: "behind",
      ahead_by: 0,
      behind_by: 1,
    });
  });

  it.each(["main...nowhere", "main..topic", "other:main...topic"])("answers 404 for %s", async (basehead) => {
    expect(await statusOf(compare(basehead))).toBe(404);
  });
});
