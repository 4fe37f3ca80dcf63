import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readPush } from "../../../src/github/push-event.js";
import { otherSha, sha } from "../deployments/samples.js";

const zeros = "0".repeat(40);

function payload(changes: object = {}): Record<string, unknown> {
  return {
    ref: "refs/heads/main",
    before: otherSha,
    after: sha,
    created: false,
    deleted: false,
    forced: false,
    repository: { full_name: "acme/shop", id: 1 },
    pusher: { name: "ada", email: "ada@example.org" },
    head_commit: {
      id: sha,
      message: "Sell shoes\n\nAnd laces.",
      timestamp: "2026-03-01T12:00:00+01:00",
      author: { name: "Ada" },
    },
    commits: [],
    ...changes,
  };
}

describe("readPush", () => {
  it("reads a push to a branch", () => {
    expect(readPush(payload())).toEqual({
      kind: "push",
      push: {
        repository: "acme/shop",
        repositoryId: 1,
        branch: "main",
        before: otherSha,
        pusher: "ada",
        forced: false,
        release: {
          sha,
          ref: "main",
          subject: "Sell shoes",
          author: "Ada",
          committedAt: Date.UTC(2026, 2, 1, 11),
        },
      },
    });
  });

  it("reads the first push to a new branch, and a branch with slashes", () => {
    const event = readPush(payload({ ref: "refs/heads/feature/refs/heads/x", before: zeros, created: true }));

    expect(event).toMatchObject({ kind: "push", push: { branch: "feature/refs/heads/x" } });
  });

  it("reads a forced push, which moves the branch like any other", () => {
    expect(readPush(payload({ forced: true }))).toMatchObject({ kind: "push", push: { forced: true } });
  });

  it.each([
    ["branch-deleted", { deleted: true, after: zeros, head_commit: null }],
    ["empty-push", { head_commit: null }],
    ["empty-push", { after: otherSha }],
    ["empty-push", { before: sha }],
    ["not-a-branch", { ref: "refs/tags/v1" }],
    ["not-a-branch", { ref: "main" }],
    ["not-a-branch", { ref: "refs/heads" }],
    ["not-a-push", { after: sha.slice(1) }],
    ["not-a-push", { after: sha.toUpperCase() }],
    ["not-a-push", { after: `${sha}\n` }],
    ["not-a-push", { before: undefined }],
    ["not-a-push", { repository: null }],
    ["not-a-push", { repository: { full_name: "acme/shop" } }],
    ["not-a-push", { repository: { full_name: "acme/shop", id: "1" } }],
    ["not-a-push", { repository: { full_name: "acme/shop", id: 0 } }],
    ["not-a-push", { repository: { full_name: "acme/shop", id: 2 ** 53 } }],
    ["not-a-push", { pusher: {} }],
    ["not-a-push", { forced: "false" }],
  ])("ignores as %s a payload with %j", (reason, changes) => {
    expect(readPush(payload(changes))).toEqual({ kind: "ignored", reason });
  });

  it.each([[undefined], [null], [[]], ["push"], [1], [{}]])("ignores %j", (text) => {
    expect(readPush(text)).toEqual({ kind: "ignored", reason: "not-a-push" });
  });
});

const Example = z.object({ name: z.string(), examples: z.array(z.unknown()) });

function examples(): readonly { readonly name: string; readonly example: unknown }[] {
  const root = path.dirname(
    createRequire(import.meta.url).resolve("@octokit/webhooks-examples/package.json"),
  );
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const text = readFileSync(path.join(root, entry.name, "index.json"), "utf8");
      return z.array(Example).parse(JSON.parse(text));
    })
    .flatMap(({ name, examples: payloads }) => payloads.map((example) => ({ name, example })));
}

describe("the payloads that GitHub publishes", () => {
  const all = examples();
  const read = all.map(({ name, example }) => ({ name, event: readPush(example) }));

  it("are there", () => {
    expect(all.length).toBeGreaterThan(200);
    expect(all.some(({ name }) => name === "push")).toBe(true);
  });

  it("are pushes only where the event is one", () => {
    const pushes = read.filter(({ event }) => event.kind === "push" || event.reason !== "not-a-push");

    expect(new Set(pushes.map(({ name }) => name))).toEqual(new Set(["push"]));
  });

  it("are understood where the event is a push", () => {
    const misread = read.filter(
      ({ name, event }) => name === "push" && event.kind === "ignored" && event.reason === "not-a-push",
    );

    expect(misread).toEqual([]);
  });
});
