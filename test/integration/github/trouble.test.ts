import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { GitHubFaultRule, GitHubStandIn } from "../../../sandbox/github/types.js";
import { GitHubTroubleError } from "../../../src/deployments/github-trouble.js";
import { Sha } from "../../../src/deployments/release.js";
import { readCiState } from "../../../src/github/ci-state.js";
import { createGitHubClient } from "../../../src/github/client.js";
import { compareReleases } from "../../../src/github/comparison.js";
import { resolveRef } from "../../../src/github/refs.js";
import { Secret } from "../../../src/secret.js";

const shop = "acme/shop";
const logger = pino({ level: "silent" });
let github: GitHubStandIn;
let head: Sha;

beforeAll(async () => {
  github = await startGitHub();
  await github.createRepository(shop, { "README.md": "# Shop\n" });
  head = Sha.parse(await github.headOf(shop, "main"));
});
afterEach(() => github.clearFaults());
afterAll(() => github.close());

const parts = () => ({
  github: createGitHubClient({ apiUrl: github.apiUrl, token: new Secret(github.token), logger }),
  logger,
});
const gone = "acme/private";
// Within the hour, as it really is.
const reset = Math.floor(Date.now() / 1000) + 1_800;

const troubles: readonly [what: string, fault: GitHubFaultRule["fault"], trouble: object][] = [
  ["a token that expired", { kind: "status", status: 401 }, { kind: "token-refused" }],
  ["a token without the right", { kind: "forbidden" }, { kind: "not-allowed" }],
  ["the primary rate limit", { kind: "rate-limit", reset }, { kind: "rate-limited", until: reset * 1000 }],
  [
    "the secondary rate limit",
    { kind: "status", status: 403, retryAfterSeconds: 60 },
    { kind: "rate-limited", until: expect.any(Number) },
  ],
  [
    "too many requests",
    { kind: "status", status: 429, retryAfterSeconds: 60 },
    { kind: "rate-limited", until: expect.any(Number) },
  ],
];

describe("GitHub that refuses", () => {
  it.each(troubles)("%s is told as what it is: refs", async (_what, fault, trouble) => {
    github.queueFault({ fault, times: 100 });

    const resolved = await resolveRef(parts(), shop, "main");

    expect(resolved).toEqual({
      kind: "refused",
      refusal: { code: "github-unavailable", repository: shop, why: trouble },
    });
  });

  it.each(troubles)("%s is told as what it is: checks", async (_what, fault, trouble) => {
    github.queueFault({ fault, times: 100, path: /check-runs/ });

    expect({ kind: await readCiState(parts(), shop, head) }).toMatchObject({
      kind: (trouble as { kind: string }).kind,
    });
  });

  it.each(troubles)("%s is told as what it is: comparisons", async (_what, fault, trouble) => {
    github.queueFault({ fault, times: 100, path: /compare/ });

    const compared = compareReleases(parts(), shop, { base: undefined, head, branch: "main" });

    await expect(compared).rejects.toMatchObject({ trouble });
    await expect(compared).rejects.toBeInstanceOf(GitHubTroubleError);
  });

  it("asks a rate limit no second time", async () => {
    const before = github.requests.length;
    github.queueFault({ fault: { kind: "status", status: 429, retryAfterSeconds: 60 }, times: 100 });

    await readCiState(parts(), shop, head);

    // The runs and the statuses, once each.
    expect(github.requests.length - before).toBe(2);
  });
});

describe("a repository that the token cannot see", () => {
  it("is not one that lacks a branch", async () => {
    const refusal = { code: "github-unavailable", repository: gone, why: { kind: "unseen" } };

    expect(await resolveRef(parts(), gone, "main")).toEqual({ kind: "refused", refusal });
    expect(await resolveRef(parts(), gone, "f".repeat(40))).toEqual({ kind: "refused", refusal });
  });

  it("has no checks that are merely unknown", async () => {
    expect(await readCiState(parts(), gone, head)).toBe("unseen");
  });

  it("is another than a commit that is not there", async () => {
    expect(await readCiState(parts(), shop, Sha.parse("f".repeat(40)))).toBe("unknown");
    expect(await resolveRef(parts(), shop, "nope")).toMatchObject({ refusal: { code: "unknown-ref" } });
  });
});
