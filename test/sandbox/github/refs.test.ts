import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

const oddNames = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the name of a branch is shell text here, not a template
  "$(touch${IFS}x)",
  "a;id",
  "`id`",
  "--upload-pack=x",
  "-x",
  "@everyone",
  "a".repeat(40),
  "feature/é/#1%2F",
  "refs/heads/main",
  "\u202eevil",
];

describe("odd branch names", () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture();
    for (const name of oddNames) {
      await fixture.github.commit(shop, { branch: name, message: name, files: { "name.txt": name } });
    }
  });
  afterAll(() => fixture.github.close());

  it.each(oddNames)("serves the branch %s", async (name) => {
    const head = await fixture.github.headOf(shop, name);
    const { data: branch } = await fixture.octokit.repos.getBranch({ owner, repo, branch: name });
    const { data: ref } = await fixture.octokit.git.getRef({ owner, repo, ref: `heads/${name}` });
    const { data: commit } = await fixture.octokit.repos.getCommit({ owner, repo, ref: `heads/${name}` });
    expect([branch.commit.sha, ref.object.sha, commit.sha]).toEqual([head, head, head]);
    expect(commit.commit.message).toBe(name);
  });

  it("runs nothing that a name says", () => {
    expect(existsSync("x")).toBe(false);
  });

  it("takes 40 hexadecimal digits for a SHA, whatever branches there are", async () => {
    expect(await statusOf(fixture.octokit.repos.getCommit({ owner, repo, ref: "a".repeat(40) }))).toBe(422);
  });

  it.each(["a b", "a..b", "x.lock", "a\nb", "a?", "@", ""])(
    "refuses to make the branch %j",
    async (branch) => {
      const made = fixture.github.createBranch(shop, branch, fixture.first);
      await expect(made).rejects.toMatchObject({ name: "SetupRefused", code: "bad-name" });
    },
  );
});

describe("the Git database", () => {
  let fixture: Fixture;
  let tagged: string;
  beforeAll(async () => {
    fixture = await startFixture();
    const { github, first } = fixture;
    tagged = await github.commit(shop, {
      branch: "release/1",
      message: "Release",
      files: { version: "1\n" },
    });
    await github.createBranch(shop, "release/10", first);
    await github.createTag(shop, "v1", tagged, "Version one");
    await github.createTag(shop, "light", first);
  });
  afterAll(() => fixture.github.close());

  const getRef = (ref: string) => fixture.octokit.git.getRef({ owner, repo, ref });

  it("shows a branch as a ref", async () => {
    const { data } = await getRef("heads/release/1");
    expect(data).toMatchObject({ ref: "refs/heads/release/1", object: { type: "commit", sha: tagged } });
  });

  it("takes slashes that are not encoded", async () => {
    const response = await fixture.octokit.request(`GET /repos/${shop}/git/ref/heads/release/1`);
    expect(response.data.object.sha).toBe(tagged);
  });

  it("follows an annotated tag to its commit", async () => {
    const { data: ref } = await getRef("tags/v1");
    const { data: tag } = await fixture.octokit.git.getTag({ owner, repo, tag_sha: ref.object.sha });
    expect(ref.object.type).toBe("tag");
    expect(tag).toMatchObject({ tag: "v1", message: "Version one", object: { type: "commit", sha: tagged } });
  });

  it("shows a lightweight tag as the commit itself", async () => {
    const { data } = await getRef("tags/light");
    expect(data.object).toMatchObject({ type: "commit", sha: fixture.first });
  });

  it.each(["heads/release", "heads/rel", "heads/none", "main", "refs/heads/main", "heads/release/1/"])(
    "answers 404 for the ref %s",
    async (ref) => {
      expect(await statusOf(getRef(ref))).toBe(404);
    },
  );

  it("lists the refs that start with a text", async () => {
    const { data } = await fixture.octokit.git.listMatchingRefs({ owner, repo, ref: "heads/release/1" });
    expect(data.map((ref) => ref.ref)).toEqual(["refs/heads/release/1", "refs/heads/release/10"]);
  });

  it("lists nothing where nothing matches", async () => {
    const { data } = await fixture.octokit.git.listMatchingRefs({ owner, repo, ref: "heads/none" });
    expect(data).toEqual([]);
  });

  it("shows a commit by its whole SHA", async () => {
    const { data } = await fixture.octokit.git.getCommit({ owner, repo, commit_sha: tagged });
    expect(data).toMatchObject({ sha: tagged, message: "Release", author: { email: "camille@example.com" } });
  });

  it.each([
    ["a branch", "main", 422],
    ["a short SHA", "abcdef0", 422],
    ["an unknown SHA", "1".repeat(40), 404],
  ])("refuses %s where a SHA of a commit must be", async (_, sha, status) => {
    expect(await statusOf(fixture.octokit.git.getCommit({ owner, repo, commit_sha: sha }))).toBe(status);
    expect(await statusOf(fixture.octokit.git.getTag({ owner, repo, tag_sha: sha }))).toBe(status);
  });

  it("answers 404 for a commit where a tag object must be", async () => {
    expect(await statusOf(fixture.octokit.git.getTag({ owner, repo, tag_sha: tagged }))).toBe(404);
  });
});
