import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

describe("checks", () => {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await startFixture();
  });
  afterEach(() => fixture.github.close());

  const listRuns = async (more: { check_name?: string; status?: "completed" | "in_progress" } = {}) =>
    (await fixture.octokit.checks.listForRef({ owner, repo, ref: "main", ...more })).data;

  it("has none at first", async () => {
    const { data: status } = await fixture.octokit.repos.getCombinedStatusForRef({
      owner,
      repo,
      ref: "main",
    });
    expect(await listRuns()).toEqual({ total_count: 0, check_runs: [] });
    expect(status).toMatchObject({ state: "pending", total_count: 0, statuses: [] });
  });

  it("shows the runs that were set for the commit of a ref", async () => {
    fixture.github.setChecks(shop, fixture.first, {
      runs: [{ name: "test", conclusion: "success" }, { name: "lint" }, { name: "image", status: "queued" }],
    });
    const { total_count, check_runs } = await listRuns();
    expect(total_count).toBe(3);
    expect(check_runs.map((run) => [run.name, run.status, run.conclusion])).toEqual([
      ["test", "completed", "success"],
      ["lint", "in_progress", null],
      ["image", "queued", null],
    ]);
  });

  it("filters runs by name and status", async () => {
    fixture.github.setChecks(shop, fixture.first, {
      runs: [{ name: "test", conclusion: "failure" }, { name: "lint" }],
    });
    const byName = await listRuns({ check_name: "test" });
    const byStatus = await listRuns({ status: "in_progress" });
    expect(byName.check_runs.map((run) => run.name)).toEqual(["test"]);
    expect(byStatus.check_runs.map((run) => run.name)).toEqual(["lint"]);
  });

  it("groups the runs of an app into a suite that fails with one of them", async () => {
    fixture.github.setChecks(shop, fixture.first, {
      runs: [
        { name: "test", conclusion: "success" },
        { name: "lint", conclusion: "timed_out" },
        { name: "scan", app: "scanner" },
      ],
    });
    const { data } = await fixture.octokit.checks.listSuitesForRef({ owner, repo, ref: fixture.first });
    expect(data.check_suites.map((suite) => [suite.app?.slug, suite.status, suite.conclusion])).toEqual([
      ["github-actions", "completed", "timed_out"],
      ["scanner", "in_progress", null],
    ]);
  });

  it.each([
    [["success", "success"], "success"],
    [["success", "pending"], "pending"],
    [["pending", "error"], "failure"],
  ] as const)("combines the statuses %j into %s", async (states, combined) => {
    const statuses = states.map((state, index) => ({ context: `ci/${index}`, state }));
    fixture.github.setChecks(shop, fixture.first, { statuses });
    const { data } = await fixture.octokit.repos.getCombinedStatusForRef({ owner, repo, ref: fixture.first });
    expect([data.state, data.total_count]).toEqual([combined, 2]);
  });

  it("answers 422 for a ref that is no commit", async () => {
    expect(await statusOf(fixture.octokit.checks.listForRef({ owner, repo, ref: "none" }))).toBe(422);
  });
});
