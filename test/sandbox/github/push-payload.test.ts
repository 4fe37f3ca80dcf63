import { createRequire } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { loadOpenApiChecker } from "../../../sandbox/github/openapi/openapi-checker.js";
import { type Fixture, shop, startFixture } from "./github-fixture.js";

const noSha = "0".repeat(40);
const url = `https://github.com/${shop}`;

describe("push payloads", () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.github.close());

  const commit = (branch: string, files: Record<string, string>, removed: readonly string[] = []) =>
    fixture.github.commit(shop, { branch, message: `Change ${branch}`, files, removed });

  /** Checked against GitHub's description, whoever asks. */
  const payload = async (push: { branch: string; before: string; after: string; pusher?: string }) => {
    const built = await fixture.github.pushPayload(shop, push);
    expect((await loadOpenApiChecker()).webhook("push", built)).toEqual([]);
    return built;
  };

  it("tells what the commits changed, oldest first", async () => {
    const one = await commit("main", { "new file.txt": "1\n" });
    const two = await commit("main", { "app/server.mjs": "changed\n" }, ["README.md"]);
    const push = await payload({ branch: "main", before: fixture.first, after: two });
    expect(push).toMatchObject({
      ref: "refs/heads/main",
      before: fixture.first,
      after: two,
      created: false,
      deleted: false,
      forced: false,
      base_ref: null,
      compare: `${url}/compare/${fixture.first.slice(0, 12)}...${two.slice(0, 12)}`,
      commits: [
        { id: one, added: ["new file.txt"], removed: [], modified: [] },
        { id: two, added: [], removed: ["README.md"], modified: ["app/server.mjs"] },
      ],
      head_commit: { id: two, author: { username: "camille" } },
      repository: { full_name: shop, owner: { login: "acme", name: "acme" } },
      pusher: { name: "camille" },
      sender: { login: "camille" },
    });
  });

  it("gives a new branch the commits that no other branch has", async () => {
    const topic = await commit("topic", { topic: "1\n" });
    const push = await payload({ branch: "topic", before: noSha, after: topic });
    expect(push).toMatchObject({
      created: true,
      forced: false,
      base_ref: null,
      commits: [{ id: topic }],
      compare: `${url}/commit/${topic}`,
    });
  });

  it("gives a new branch without commits of its own the branch that it came from", async () => {
    await fixture.github.createBranch(shop, "copy", fixture.first);
    const push = await payload({ branch: "copy", before: noSha, after: fixture.first });
    expect(push).toMatchObject({
      base_ref: "refs/heads/main",
      commits: [],
      head_commit: { id: fixture.first },
    });
  });

  it("has no head commit for a deleted branch", async () => {
    const topic = await commit("topic", { topic: "1\n" });
    await fixture.github.deleteBranch(shop, "topic");
    const push = await payload({ branch: "topic", before: topic, after: noSha, pusher: "noor" });
    expect(push).toMatchObject({
      deleted: true,
      created: false,
      forced: false,
      head_commit: null,
      commits: [],
      compare: `${url}/compare/${topic.slice(0, 12)}...000000000000`,
      pusher: { name: "noor" },
    });
  });

  it("notices a force-push by itself", async () => {
    const replaced = await commit("main", { a: "1\n" });
    await fixture.github.moveBranch(shop, "main", fixture.first);
    const back = await payload({ branch: "main", before: replaced, after: fixture.first });
    const anew = await commit("main", { b: "1\n" });
    const forward = await payload({ branch: "main", before: replaced, after: anew });
    expect(back).toMatchObject({ forced: true, commits: [], head_commit: { id: fixture.first } });
    expect(forward).toMatchObject({ forced: true, commits: [{ id: anew }] });
  });

  it("has every field of GitHub's own example", async () => {
    const two = await commit("main", { b: "1\n" });
    const push = await payload({ branch: "main", before: fixture.first, after: two });
    const example = exampleOfBranchPush();
    expect(Object.keys(push)).toEqual(expect.arrayContaining(Object.keys(example)));
    for (const part of ["repository", "head_commit", "pusher", "sender"]) {
      expect(Object.keys(Object(push[part]))).toEqual(
        expect.arrayContaining(Object.keys(Object(example[part]))),
      );
    }
  });

  it("keeps a message as it is, whatever is in it", async () => {
    const message = `$(touch x) \`id\`; @everyone\n\n\u202e${"x".repeat(10_000)}\n--upload-pack=y`;
    const sha = await fixture.github.commit(shop, { branch: "main", message, files: {} });
    const push = await payload({ branch: "main", before: fixture.first, after: sha });
    expect(push).toMatchObject({ head_commit: { message, added: [], modified: [], removed: [] } });
  });
});

const Examples = z.array(
  z.object({ name: z.string(), examples: z.array(z.record(z.string(), z.unknown())) }),
);

/** A payload without the fields that GitHub adds only for an App or an organization. */
function exampleOfBranchPush(): Record<string, unknown> {
  const events = Examples.parse(createRequire(import.meta.url)("@octokit/webhooks-examples"));
  const pushes = events.find(({ name }) => name === "push")?.examples ?? [];
  const example = pushes.find(({ ref }) => ref === "refs/heads/master");
  if (!example) throw new Error("The examples hold no push to a branch");
  const { installation: _installation, ...rest } = example;
  return rest;
}
