import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

interface NewDeployment {
  readonly ref: string;
  readonly task?: string;
  readonly environment?: string;
  readonly description?: string;
  readonly payload?: Record<string, unknown>;
  readonly auto_merge?: boolean;
  readonly required_contexts?: string[];
}

interface NewStatus {
  readonly state: "failure" | "in_progress" | "queued" | "success";
  readonly description?: string;
  readonly log_url?: string;
  readonly environment_url?: string;
  readonly auto_inactive?: boolean;
}

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.github.close());

const create = (deployment: NewDeployment) =>
  fixture.octokit.repos.createDeployment({ owner, repo, auto_merge: false, ...deployment });

/** The deployment, for the tests in which nothing is merged. */
async function created(deployment: NewDeployment) {
  const response = await create(deployment);
  if (response.status !== 201) throw new Error(`Expected 201, got ${response.status}`);
  return response.data;
}

const setState = async (deployment_id: number, status: NewStatus) =>
  (await fixture.octokit.repos.createDeploymentStatus({ owner, repo, deployment_id, ...status })).data;

const statesOf = async (deployment_id: number) =>
  (await fixture.octokit.repos.listDeploymentStatuses({ owner, repo, deployment_id })).data.map(
    ({ state }) => state,
  );

describe("creating deployments", () => {
  it("stores the commit of the ref with GitHub's defaults", async () => {
    const deployment = await created({ ref: "main", payload: { kind: "deploy" } });
    expect(deployment).toMatchObject({
      sha: fixture.first,
      ref: "main",
      task: "deploy",
      environment: "production",
      production_environment: true,
      transient_environment: false,
      description: null,
      payload: { kind: "deploy" },
    });
  });

  it("can be read back by id", async () => {
    const { id } = await created({ ref: fixture.first, environment: "uat", description: "é".repeat(140) });
    const { data } = await fixture.octokit.repos.getDeployment({ owner, repo, deployment_id: id });
    expect(data).toMatchObject({ id, environment: "uat", production_environment: false });
  });

  it.each([
    ["a description over 140 characters", { ref: "main", description: "x".repeat(141) }],
    ["a ref that does not exist", { ref: "nowhere" }],
  ])("answers 422 for %s", async (_, deployment) => {
    expect(await statusOf(create(deployment))).toBe(422);
  });

  it("answers 422 without a ref and says so", async () => {
    const request = fixture.octokit.request(`POST /repos/${shop}/deployments`, { environment: "uat" });
    await expect(request).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('"ref" wasn\'t supplied'),
    });
  });

  it("lists the newest first and filters", async () => {
    const one = await created({ ref: "main", environment: "uat" });
    const two = await created({ ref: "main", environment: "uat", task: "rollback" });
    await created({ ref: "main", environment: "prod" });
    const { data: inUat } = await fixture.octokit.repos.listDeployments({ owner, repo, environment: "uat" });
    const { data: rollbacks } = await fixture.octokit.repos.listDeployments({
      owner,
      repo,
      task: "rollback",
    });
    expect(inUat.map(({ id }) => id)).toEqual([two.id, one.id]);
    expect(rollbacks.map(({ id }) => id)).toEqual([two.id]);
  });
});

describe("required contexts", () => {
  beforeEach(() => {
    fixture.github.setChecks(shop, fixture.first, {
      statuses: [{ context: "ci/build", state: "success" }],
      runs: [{ name: "lint", conclusion: "skipped" }, { name: "test" }],
    });
  });

  it.each([
    ["every context there is when none is named", undefined, 409],
    ["a context that is not green", ["test"], 409],
    ["a context that nobody reported", ["security"], 409],
    ["contexts that are green", ["ci/build", "lint"], 200],
    ["no context at all", [], 200],
  ])("checks %s", async (_, required, status) => {
    const contexts = required === undefined ? {} : { required_contexts: required };
    expect(await statusOf(create({ ref: "main", ...contexts }))).toBe(status);
  });
});

describe("auto_merge", () => {
  const behind = async (): Promise<string> => {
    const { github, first } = fixture;
    await github.createBranch(shop, "topic", first);
    const topic = await github.commit(shop, { branch: "topic", message: "Topic", files: { topic: "1\n" } });
    await github.commit(shop, { branch: "main", message: "Main", files: { main: "1\n" } });
    return topic;
  };

  it("is on unless it is refused: it merges the default branch into a branch that is behind", async () => {
    const topic = await behind();
    const response = await fixture.octokit.repos.createDeployment({ owner, repo, ref: "topic" });
    const { data: merge } = await fixture.octokit.repos.getCommit({ owner, repo, ref: "topic" });
    expect(response).toMatchObject({
      status: 202,
      data: { message: "Auto-merged main into topic on deployment." },
    });
    expect(merge.parents.map(({ sha }) => sha)).toEqual([topic, await fixture.github.headOf(shop, "main")]);
    expect(merge.files?.map(({ filename }) => filename)).toEqual(["main"]);
  });

  it("answers 409 for a SHA, into which nothing can be merged", async () => {
    const topic = await behind();
    expect(await statusOf(create({ ref: topic, auto_merge: true }))).toBe(409);
  });

  it("answers 409 for a conflict and leaves the branch alone", async () => {
    await behind();
    const topic = await fixture.github.commit(shop, {
      branch: "topic",
      message: "Same",
      files: { main: "2\n" },
    });
    expect(await statusOf(create({ ref: "topic", auto_merge: true }))).toBe(409);
    expect(await fixture.github.headOf(shop, "topic")).toBe(topic);
  });

  it("leaves a branch alone that is not behind", async () => {
    const { status } = await create({ ref: "main", auto_merge: true });
    expect(status).toBe(201);
  });
});

describe("deployment statuses", () => {
  it("lists the newest first, with their links", async () => {
    const { id } = await created({ ref: "main", environment: "uat" });
    await setState(id, { state: "in_progress" });
    const last = await setState(id, {
      state: "failure",
      description: "Health check failed",
      log_url: "https://example.com/log",
      environment_url: "https://example.com",
    });
    expect(await statesOf(id)).toEqual(["failure", "in_progress"]);
    expect(last).toMatchObject({
      description: "Health check failed",
      environment: "uat",
      log_url: "https://example.com/log",
      target_url: "https://example.com/log",
    });
  });

  it("shows one status by its id", async () => {
    const { id } = await created({ ref: "main" });
    const status = await setState(id, { state: "queued" });
    const request = { owner, repo, deployment_id: id, status_id: status.id };
    const { data } = await fixture.octokit.repos.getDeploymentStatus(request);
    expect(data.state).toBe("queued");
  });

  it.each([
    ["a state that GitHub does not know", { state: "done" as "success" }],
    ["a description over 140 characters", { state: "success", description: "x".repeat(141) }],
    ["a link that is not http(s)", { state: "success", log_url: "javascript:alert(1)" }],
  ] as const)("answers 422 for %s", async (_, status) => {
    const { id } = await created({ ref: "main" });
    expect(await statusOf(setState(id, status))).toBe(422);
  });

  it("answers 404 for an unknown deployment", async () => {
    expect(await statusOf(setState(4711, { state: "success" }))).toBe(404);
  });

  it("makes the earlier success of the same environment inactive", async () => {
    const older = await created({ ref: "main", environment: "uat" });
    const elsewhere = await created({ ref: "main", environment: "staging" });
    const newer = await created({ ref: "main", environment: "uat" });
    for (const { id } of [older, elsewhere, newer]) await setState(id, { state: "success" });
    expect(await statesOf(older.id)).toEqual(["inactive", "success"]);
    expect(await statesOf(elsewhere.id)).toEqual(["success"]);
  });

  it("leaves it active with auto_inactive false, and in production", async () => {
    for (const environment of ["uat", "production"]) {
      const older = await created({ ref: "main", environment });
      const newer = await created({ ref: "main", environment });
      await setState(older.id, { state: "success" });
      await setState(newer.id, { state: "success", auto_inactive: environment === "production" });
      expect(await statesOf(older.id)).toEqual(["success"]);
    }
  });
});
