import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

const run = promisify(execFile);
const store = "acme/store";

describe("a renamed repository", () => {
  let fixture: Fixture;
  let id: number;

  beforeEach(async () => {
    fixture = await startFixture();
    id = (await fixture.octokit.repos.get({ owner, repo })).data.id;
    await fixture.github.renameRepository(shop, store);
  });
  afterEach(() => fixture.github.close());

  it("keeps its id under the new name", async () => {
    const { data } = await fixture.octokit.repos.get({ owner, repo: "store" });
    expect(data).toMatchObject({ id, full_name: store });
  });

  it("is found under the old name by way of its id", async () => {
    const { url, data } = await fixture.octokit.git.getRef({ owner, repo, ref: "heads/main" });

    expect(data.object.sha).toBe(fixture.first);
    expect(url).toBe(`${fixture.github.apiUrl}/repositories/${id}/git/ref/heads%2Fmain`);
  });

  it("keeps the query on the way, and links to pages by its id", async () => {
    await fixture.github.createBranch(store, "next", fixture.first);

    const { data, headers } = await fixture.octokit.repos.listBranches({ owner, repo, per_page: 1 });

    expect(data).toHaveLength(1);
    expect(headers.link).toContain(`/repositories/${id}/branches?`);
  });

  it("is still read by git under the old name", async () => {
    const heads = async (fullName: string) =>
      (await run("git", ["ls-remote", fixture.github.cloneUrl(fullName).replace("store", "shop"), "main"]))
        .stdout;

    expect(await heads(store)).toContain(fixture.first);
  });

  it("is not found under the old name any more once another one has it", async () => {
    await fixture.github.createRepository(shop, { "README.md": "# Another\n" });

    const { data } = await fixture.octokit.repos.get({ owner, repo });
    expect(data.id).not.toBe(id);
    expect(await fixture.github.headOf(store, "main")).toBe(fixture.first);
    expect(await fixture.github.headOf(shop, "main")).not.toBe(fixture.first);
  });

  it("names itself in its pushes as it is called now", async () => {
    const payload = await fixture.github.pushPayload(store, {
      ...{ branch: "main", before: "0".repeat(40), after: fixture.first },
    });
    expect(payload["repository"]).toMatchObject({ id, full_name: store });
  });

  it("answers 404 under a name that no repository ever had", async () => {
    expect(await statusOf(fixture.octokit.repos.get({ owner, repo: "other" }))).toBe(404);
  });
});
