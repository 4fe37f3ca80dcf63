import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { GitHubStandIn } from "../../../sandbox/github/types.js";
import { createGitHubClient, type GitHubClient } from "../../../src/github/client.js";
import { RefSuggestions } from "../../../src/github/ref-suggestions.js";
import { resolveRef } from "../../../src/github/refs.js";
import { Secret } from "../../../src/secret.js";

const shop = "acme/shop";
const logger = pino({ level: "silent" });
let github: GitHubStandIn;
let client: GitHubClient;
let first: string;
let second: string;

beforeAll(async () => {
  github = await startGitHub();
  client = createGitHubClient({ apiUrl: github.apiUrl, token: new Secret(github.token), logger });
  await github.createRepository(shop, { "README.md": "# Shop\n" });
  first = await github.headOf(shop, "main");
  second = await commit("main", "Sell shoes\n\nAnd laces.");
});
afterEach(() => github.clearFaults());
afterAll(() => github.close());

function commit(branch: string, message: string): Promise<string> {
  const author = { name: "Ada", email: "ada@example.org" };
  return github.commit(shop, { branch, message, files: { "file.txt": message }, author });
}

const resolve = (ref: string, repository = shop) => resolveRef({ github: client, logger }, repository, ref);
const shaOf = async (ref: string) => {
  const resolved = await resolve(ref);
  return resolved.kind === "resolved" ? resolved.release.sha : resolved.refusal;
};

/** For refs that only git itself can make. */
function git(...args: readonly string[]): string {
  const directory = fileURLToPath(github.cloneUrl(shop));
  const identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
  return execFileSync("git", ["-C", directory, ...identity, ...args], { encoding: "utf8" }).trim();
}

describe("resolveRef", () => {
  it("answers the commit of a branch with what the message needs", async () => {
    expect(await resolve("main")).toEqual({
      kind: "resolved",
      release: {
        ...{ sha: second, ref: "main", subject: "Sell shoes", author: "Ada" },
        committedAt: 1_000 * Number(git("log", "-1", "--format=%ct", second)),
      },
    });
  });

  it("finds branches with slashes and with hostile names", async () => {
    for (const name of [
      "feature/x",
      "$(touch$IFS)",
      "a;id",
      "--upload-pack=x",
      "@everyone",
      "50%",
      "a#b",
      "é🚀",
    ]) {
      await github.createBranch(shop, name, first);

      expect(await shaOf(name)).toBe(first);
    }
  });

  it("follows tags to the commit, however deep", async () => {
    await github.createTag(shop, "light", first);
    await github.createTag(shop, "annotated", first, "One");
    git("tag", "--annotate", "--message", "Two", "nested", "refs/tags/annotated");
    git("tag", "--annotate", "--message", "Three", "deeper", "refs/tags/nested");

    for (const tag of ["light", "annotated", "nested", "deeper", "tags/deeper", "refs/tags/light"]) {
      expect(await shaOf(tag)).toBe(first);
    }
  });

  it("finds full and short SHAs", async () => {
    expect(await shaOf(first)).toBe(first);
    expect(await shaOf(first.slice(0, 7))).toBe(first);
  });

  it("takes 40 hexadecimal digits for a SHA even where a branch is called so", async () => {
    const missing = "d".repeat(40);
    await github.createBranch(shop, missing, first);
    await github.createBranch(shop, second, first);

    expect(await shaOf(missing)).toMatchObject({ code: "unknown-ref" });
    expect(await shaOf(second)).toBe(second);
  });

  it("does not take a tag's or a tree's own SHA for a commit", async () => {
    await github.createTag(shop, "to-look-at", first, "One");

    expect(await shaOf(git("rev-parse", "refs/tags/to-look-at"))).toMatchObject({ code: "unknown-ref" });
    expect(await shaOf(git("rev-parse", `${first}^{tree}`))).toMatchObject({ code: "unknown-ref" });
  });

  it("refuses a name that is a branch and a tag until it is said which", async () => {
    await github.createBranch(shop, "both", first);
    await github.createTag(shop, "both", second);

    expect(await shaOf("both")).toEqual({
      code: "ambiguous-ref",
      ref: "both",
      candidates: ["heads/both", "tags/both"],
    });
    expect(await shaOf("heads/both")).toBe(first);
    expect(await shaOf("refs/heads/both")).toBe(first);
    expect(await shaOf("tags/both")).toBe(second);
  });

  it("is content with a branch and a tag of one commit", async () => {
    await github.createBranch(shop, "same", first);
    await github.createTag(shop, "same", first);

    expect(await shaOf("same")).toBe(first);
  });

  it.each(["../../user", "a..b", "a b", "a\nb", "", "x^", "main~1", "@{-1}", "half \ud800"])(
    "refuses %j without asking GitHub",
    async (ref) => {
      const before = github.requests.length;

      expect(await shaOf(ref)).toEqual({ code: "invalid-ref", ref });
      expect(github.requests.length).toBe(before);
    },
  );

  it("proposes branches that begin alike for one that it does not know", async () => {
    await github.createBranch(shop, "release-1", first);
    await github.createBranch(shop, "release-2", first);

    expect(await shaOf("release-3")).toEqual({
      code: "unknown-ref",
      ref: "release-3",
      repository: shop,
      similar: ["release-1", "release-2"],
    });
  });

  it("does not take a repository that is not there for one without the ref", async () => {
    expect(await resolve("main", "acme/none")).toMatchObject({
      refusal: { code: "github-unavailable", why: { kind: "unseen" } },
    });
  });

  it("survives one error of GitHub", async () => {
    github.queueFault({ fault: { kind: "status", status: 502 } });

    expect(await shaOf("main")).toBe(second);
  });

  it.each([
    ["answers only errors", { kind: "status", status: 500 }],
    ["drops every connection", { kind: "drop-connection" }],
    ["does not answer", { kind: "delay", milliseconds: 60_000 }],
  ] as const)("says within 10 s that GitHub is not available when it %s", async (_what, fault) => {
    github.queueFault({ fault, times: 1_000 });

    expect(await shaOf("main")).toEqual({ code: "github-unavailable", repository: shop });
  });
});

describe("RefSuggestions", () => {
  // A busy machine needs more than people would wait.
  const newSuggestions = () => new RefSuggestions({ github: client, logger, limitMs: 10_000 });

  it("proposes branches, tags and commits that fit what was typed", async () => {
    await github.createBranch(shop, "hot-fix", first);
    await github.createTag(shop, "hot-1", first);
    const suggestions = newSuggestions();

    expect(await suggestions.suggest(shop, "main", "hot")).toEqual([
      { ref: "hot-fix", kind: "branch" },
      { ref: "hot-1", kind: "tag" },
    ]);
    expect(await suggestions.suggest(shop, "main", "SHOES")).toEqual([
      { ref: second, kind: "commit", subject: "Sell shoes" },
    ]);
  });

  it("proposes commits for a text that can be no ref", async () => {
    expect(await newSuggestions().suggest(shop, "main", "sell ")).toMatchObject([{ ref: second }]);
  });

  it("asks GitHub once for what was typed a moment ago", async () => {
    const suggestions = newSuggestions();
    await suggestions.suggest(shop, "main", "ma");
    const before = github.requests.length;

    await suggestions.suggest(shop, "main", "ma");

    expect(github.requests.length).toBe(before);
  });

  it.each([
    ["does not answer in time", { kind: "delay", milliseconds: 60_000 }],
    ["answers an error", { kind: "status", status: 500 }],
    ["drops the connection", { kind: "drop-connection" }],
  ] as const)("is empty when GitHub %s, and asks again the next time", async (_what, fault) => {
    const suggestions = newSuggestions();
    github.queueFault({ fault, times: 1_000 });

    expect(await suggestions.suggest(shop, "main", "mai")).toEqual([]);

    github.clearFaults();
    expect(await suggestions.suggest(shop, "main", "mai")).toEqual([{ ref: "main", kind: "branch" }]);
  });

  it("still proposes branches where the environment's own ref is missing", async () => {
    expect(await newSuggestions().suggest(shop, "gone", "mai")).toEqual([{ ref: "main", kind: "branch" }]);
  });
});
