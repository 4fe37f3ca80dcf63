import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { CheckRunSetting, Checks, GitHubStandIn } from "../../../sandbox/github/types.js";
import { Sha } from "../../../src/deployments/release.js";
import { readCiState } from "../../../src/github/ci-state.js";
import { createGitHubClient } from "../../../src/github/client.js";
import { Secret } from "../../../src/secret.js";

const shop = "acme/shop";
const logger = pino({ level: "silent" });
let github: GitHubStandIn;
let sha: Sha;

beforeAll(async () => {
  github = await startGitHub({ validate: true });
  await github.createRepository(shop, { "README.md": "# Shop\n" });
  sha = Sha.parse(await github.headOf(shop, "main"));
});
afterEach(() => github.clearFaults());
afterAll(() => github.close());

function stateOf(checks: Checks, commit = sha) {
  github.setChecks(shop, sha, checks);
  const client = createGitHubClient({ apiUrl: github.apiUrl, token: new Secret(github.token), logger });
  return readCiState({ github: client, logger }, shop, commit);
}

const run = (name: string, conclusion?: CheckRunSetting["conclusion"]): CheckRunSetting => ({
  name,
  ...(conclusion && { conclusion }),
});
const passed = run("test", "success");
const status = (context: string, state: "error" | "failure" | "pending" | "success") => ({ context, state });

describe("readCiState", () => {
  it.each<[what: string, checks: Checks, expected: string]>([
    ["no check at all", {}, "missing"],
    ["a green run", { runs: [passed] }, "passed"],
    [
      "green, neutral and skipped runs",
      { runs: [passed, run("a", "neutral"), run("b", "skipped")] },
      "passed",
    ],
    ["a run that goes on", { runs: [passed, run("lint")] }, "pending"],
    ["a run that waits", { runs: [passed, { name: "lint", status: "queued" }] }, "pending"],
    ["a red run beside one that goes on", { runs: [passed, run("a"), run("b", "failure")] }, "failed"],
    ["a cancelled run", { runs: [passed, run("b", "cancelled")] }, "failed"],
    ["a run that took too long", { runs: [run("b", "timed_out")] }, "failed"],
    ["a run that asks for something", { runs: [run("b", "action_required")] }, "failed"],
    ["a green status", { statuses: [status("ci", "success")] }, "passed"],
    ["a status that waits", { runs: [passed], statuses: [status("ci", "pending")] }, "pending"],
    ["a red status beside green runs", { runs: [passed], statuses: [status("ci", "failure")] }, "failed"],
    ["a broken status", { statuses: [status("a", "success"), status("b", "error")] }, "failed"],
    ["a run that was started again", { runs: [run("test", "failure"), passed] }, "passed"],
    ["a run that failed when started again", { runs: [passed, run("test", "failure")] }, "failed"],
    [
      "a red run and a green one of the same name, from another app",
      { runs: [{ ...run("test", "failure"), app: "scanner" }, passed] },
      "failed",
    ],
  ])("judges %s", async (_what, checks, expected) => {
    expect(await stateOf(checks)).toBe(expected);
  });

  it("reads every page of runs", async () => {
    const runs = Array.from({ length: 250 }, (_, index) => run(`job ${index}`, "success"));

    const states = [await stateOf({ runs }), await stateOf({ runs: [...runs, run("last", "failure")] })];

    expect(states).toEqual(["passed", "failed"]);
  });

  it("reads every page of statuses", async () => {
    const statuses = Array.from({ length: 100 }, (_, index) => status(`ci/${index}`, "success"));

    const states = [
      await stateOf({ statuses }),
      await stateOf({ statuses: [...statuses, status("last", "pending")] }),
    ];

    expect(states).toEqual(["passed", "pending"]);
  });

  it("does not judge a commit with more checks than it reads", async () => {
    const runs = Array.from({ length: 2_001 }, (_, index) => run(`job ${index}`, "success"));

    expect(await stateOf({ runs })).toBe("unknown");
  });

  it.each([/check-runs/, /status/])("is what GitHub says when it refuses to answer for %s", async (path) => {
    github.queueFault({ fault: { kind: "forbidden" }, path, times: 5 });

    expect(await stateOf({ runs: [passed] })).toBe("not-allowed");
  });

  it("is unknown for a commit that GitHub does not know", async () => {
    expect(await stateOf({}, Sha.parse("0".repeat(40)))).toBe("unknown");
  });
});
