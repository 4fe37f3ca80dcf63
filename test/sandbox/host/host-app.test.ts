import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { AppOptions } from "../../../sandbox/host/app-files.js";
import { poll } from "../../../sandbox/host/poll.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { HostApp, TargetHost } from "../../../sandbox/host/types.js";
import { type AppRepository, makeAppRepository } from "./app-repository.js";
import { ssh } from "./ssh.js";

const deadlineMs = 5_000;

let host: TargetHost;
let repository: AppRepository;
let app: HostApp;

beforeAll(async () => {
  host = await startTargetHost();
  repository = makeAppRepository({ name: "shop" });
  app = await host.addApp("shop", repository.url);
});

afterAll(async () => {
  await host.close();
  repository.remove();
});

/** Moves the checkout as a deployment does, and restarts over SSH. */
async function deploy(settings: AppOptions): Promise<string> {
  const sha = repository.commit(settings);
  execFileSync("git", ["-C", app.directory, "fetch", "--quiet", "origin", sha]);
  execFileSync("git", ["-C", app.directory, "reset", "--quiet", "--hard", sha]);
  await ssh(host, app.restart.join(" "));
  return sha;
}

const runs = (sha: string) =>
  poll(async () => (await app.runningSha().catch(() => undefined)) === sha, deadlineMs);

describe("an app on a target host", () => {
  it("answers its health check with its name and the SHA that runs", async () => {
    const sha = await deploy({ name: "shop" });
    await runs(sha);

    const response = await fetch(`${app.url}/health`);

    expect([response.status, await response.json()]).toEqual([
      200,
      { status: "ok", app: "shop", sha, text: "Hello from shop" },
    ]);
  });

  it("shows the text of its settings on its page", async () => {
    await runs(await deploy({ name: "shop", text: "Fresh <bread>" }));

    const response = await fetch(app.url);

    expect(await response.text()).toContain("<h1>Fresh &#60;bread&#62;</h1>");
  });

  it("runs the new commit after a restart", async () => {
    const sha = await deploy({ name: "shop" });

    expect(await runs(sha)).toBe(true);
  });

  it("is gone when it was stopped, and answers again when it was started", async () => {
    const sha = await deploy({ name: "shop" });
    await runs(sha);

    await app.stop();
    const stopped = [app.isRunning(), await app.runningSha().catch(() => "no answer")];
    await app.start();

    expect(stopped).toEqual([false, "no answer"]);
    expect(await runs(sha)).toBe(true);
    expect(app.isRunning()).toBe(true);
  });

  it("still runs the old commit when the checkout moves without a restart", async () => {
    const running = await app.runningSha();
    const sha = repository.commit({ name: "shop", text: "not restarted" });
    execFileSync("git", ["-C", app.directory, "fetch", "--quiet", "origin", sha]);
    execFileSync("git", ["-C", app.directory, "reset", "--quiet", "--hard", sha]);

    const answers = [await app.checkedOutSha(), await app.runningSha()];

    expect(answers).toEqual([sha, running]);
  });

  it("says over SSH what its restart does", async () => {
    const printed = await ssh(host, app.restart.join(" "));

    expect(printed).toMatch(/^Stopping shop \(process \d+\)\nStarted shop \(process \d+\) on port \d+$/);
  });

  it("answers late when it takes its time to start", async () => {
    const sha = await deploy({ name: "shop", startDelayMs: 300 });

    const atFirst = await app.runningSha().catch(() => "no answer");

    expect([atFirst, await runs(sha)]).toEqual(["no answer", true]);
  });
});

describe("an unhealthy app", () => {
  it("answers 500 when it is told to", async () => {
    await runs(await deploy({ name: "shop", healthy: false }));

    expect((await fetch(`${app.url}/health`)).status).toBe(500);
  });

  it("answers 200 without its name when the text is missing", async () => {
    await runs(await deploy({ name: "shop", health: "missing-text" }));

    const response = await fetch(`${app.url}/health`);

    expect([response.status, (await response.text()).includes("shop")]).toEqual([200, false]);
  });

  it("never answers its health check when it hangs", async () => {
    await runs(await deploy({ name: "shop", health: "hanging" }));

    const answer = fetch(`${app.url}/health`, { signal: AbortSignal.timeout(300) });

    await expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("leaves the reason in its log when it crashes at start", async () => {
    await deploy({ name: "shop", health: "crashing" });

    const logged = await poll(
      async () => (await readFile(app.log, "utf8")).includes("the setting DATABASE_URL is missing"),
      deadlineMs,
    );

    expect(logged).toBe(true);
  });

  it("is refused by addApp with its log when it crashes at the first start", async () => {
    const broken = makeAppRepository({ name: "broken", health: "crashing" });
    onTestFinished(() => broken.remove());

    const adding = host.addApp("broken", broken.url);

    await expect(adding).rejects.toMatchObject({
      name: "HostError",
      output: expect.stringMatching(/DATABASE_URL/),
    });
  });
});
