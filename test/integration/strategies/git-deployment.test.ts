import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sha } from "../../../src/deployments/release.js";
import { type DeployFixture, environmentOf, run, startDeployFixture } from "./deploy-fixture.js";

let fixture: DeployFixture;

beforeAll(async () => {
  fixture = await startDeployFixture();
});
afterAll(() => fixture.close());

const shell = (script: string, ...args: readonly string[]) => ({
  run: ["sh", "-c", script, "script", ...args],
});

describe("a deployment to a real host", () => {
  it("moves the checkout, restarts the app and finds it healthy", async () => {
    const before = await fixture.app.checkedOutSha();
    const sha = await fixture.commit({ startDelayMs: 200 });

    const { outcome, finished } = await run(fixture, environmentOf(fixture), sha);

    expect(outcome).toEqual({ kind: "succeeded" });
    expect(finished.every((line) => line.endsWith(" succeeded"))).toBe(true);
    expect(await fixture.app.checkedOutSha()).toBe(sha);
    expect(await fixture.app.runningSha()).toBe(sha);
    expect(rollbackPoint()).toBe(before);
  });

  it("runs the configured commands in the checkout, before the restart and after the check", async () => {
    const sha = await fixture.commit();
    const log = path.join(fixture.host.directory, "order.txt");
    const note = (word: string) => shell('echo "$1 $(git rev-parse HEAD)" >> "$2"', word, log);
    const environment = environmentOf(fixture, { before: [note("before")], after: [note("after")] });

    const { outcome } = await run(fixture, environment, sha);

    expect(outcome).toEqual({ kind: "succeeded" });
    expect(execFileSync("cat", [log], { encoding: "utf8" })).toBe(`before ${sha}\nafter ${sha}\n`);
  });

  it("makes its backup before anything else, of what still runs", async () => {
    const before = await fixture.app.checkedOutSha();
    const artifact = path.join(fixture.host.directory, "backup of the shop.txt");
    const dump = 'git -C "$1" rev-parse HEAD > "$2"';
    const command = shell(dump, fixture.app.directory, artifact);
    const environment = environmentOf(fixture, {}, { backup: { ...command, artifact } });

    const { outcome, finished, output } = await run(fixture, environment, await fixture.commit());

    expect(outcome).toEqual({ kind: "succeeded" });
    expect(finished[0]).toBe("backup:web-1 succeeded");
    expect(output).toContain(`backup: 41 bytes in ${artifact}\n`);
    expect(readFileSync(artifact, "utf8")).toBe(`${before}\n`);
  });

  it("touches nothing when its backup is not proven", async () => {
    const before = await fixture.app.checkedOutSha();
    const artifact = path.join(fixture.host.directory, "never written.txt");
    const environment = environmentOf(fixture, {}, { backup: { run: ["true"], artifact } });

    const { outcome, finished, output } = await run(fixture, environment, await fixture.commit());

    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "exited", exitCode: 1 } });
    expect(finished).toEqual(["backup:web-1 failed"]);
    expect(output).toContain(`left no file, or an empty one: ${artifact}`);
    expect(await fixture.app.checkedOutSha()).toBe(before);
  });

  it("goes back to an older commit as well", async () => {
    const older = Sha.parse(await fixture.app.checkedOutSha());
    await run(fixture, environmentOf(fixture), await fixture.commit());

    const { outcome } = await run(fixture, environmentOf(fixture), older);

    expect(outcome).toEqual({ kind: "succeeded" });
    expect(await fixture.app.checkedOutSha()).toBe(older);
  });

  it("fails with the exit code and the output of the restart, and looks around", async () => {
    const sha = await fixture.commit();
    const environment = environmentOf(fixture, {
      restart: shell("echo why it fails >&2; exit 7"),
      after: [shell("echo never")],
      diagnostics: [shell("echo what is there")],
    });

    const { outcome, finished, output } = await run(fixture, environment, sha);

    expect(outcome).toMatchObject({
      kind: "failed",
      step: { id: "restart:web-1" },
      failure: { code: "exited", exitCode: 7 },
    });
    expect(finished.at(-1)).toBe("restart:web-1 failed");
    expect(output).toMatch(/why it fails\n.*exit code 7\n== diagnostics\n.*what is there\n/s);
    expect(output).not.toContain("never");
  });

  it("changes nothing on a host that is not fit for it", async () => {
    const before = await fixture.app.checkedOutSha();
    const file = path.join(fixture.app.directory, "app.json");
    writeFileSync(file, "{}");

    const { outcome, finished, output } = await run(fixture, environmentOf(fixture), await fixture.commit());

    execFileSync("git", ["-C", fixture.app.directory, "checkout", "--", "app.json"]);
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "exited", exitCode: 1 } });
    expect(finished).toEqual(["check-host:web-1 failed"]);
    expect(output).toContain(" M app.json");
    expect(await fixture.app.checkedOutSha()).toBe(before);
  });

  it("fails before it changes anything when the remote does not have the commit", async () => {
    const before = await fixture.app.checkedOutSha();

    const { outcome, finished } = await run(fixture, environmentOf(fixture), Sha.parse("d".repeat(40)));

    expect(outcome).toMatchObject({ kind: "failed", step: { id: "fetch:web-1" } });
    expect(finished.at(-1)).toBe("fetch:web-1 failed");
    expect(await fixture.app.checkedOutSha()).toBe(before);
  });

  it("fails when the app answers, but not as expected", async () => {
    const sha = await fixture.commit();
    const environment = environmentOf(
      fixture,
      {},
      {
        health: [
          { url: fixture.app.url, attempts: 10, interval: "1s" },
          { url: fixture.app.url, attempts: 1, contains: "no such text" },
        ],
      },
    );

    const { outcome } = await run(fixture, environment, sha);

    expect(outcome).toEqual({
      kind: "failed",
      step: expect.objectContaining({ id: "health-2" }),
      failure: {
        code: "unhealthy",
        url: fixture.app.url,
        attempts: 1,
        reason: { code: "text-missing", expected: "no such text" },
      },
    });
  });

  it("is indeterminate when the connection drops in a step, and runs none after it", async () => {
    const sha = await fixture.commit();
    const never = path.join(fixture.host.directory, "never.txt");
    const environment = environmentOf(fixture, {
      before: [shell("echo under way; sleep 30")],
      after: [shell(': > "$1"', never)],
      diagnostics: [shell("echo looking at a host that is out of reach")],
    });
    let cut: Promise<void> | undefined;

    const { outcome, finished, output } = await run(fixture, environment, sha, (printed) => {
      if (printed.includes("under way")) cut ??= fixture.host.cutConnections();
    });

    await cut;
    expect(outcome).toMatchObject({
      kind: "indeterminate",
      step: { id: "before-1:web-1" },
      failure: { code: "lost" },
    });
    expect(finished.at(-1)).toBe("before-1:web-1 failed");
    expect(output).not.toContain("looking at");
    expect(existsSync(never)).toBe(false);
  });

  it("fails, with nothing sent, while the host is away", async () => {
    await fixture.host.stop();

    const { outcome, finished } = await run(fixture, environmentOf(fixture), await fixture.commit());

    await fixture.host.start();
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "unreachable", host: "web-1" } });
    expect(finished).toEqual(["check-host:web-1 failed"]);
  });
});

function rollbackPoint(): string {
  const args = ["-C", fixture.app.directory, "rev-parse", "refs/slipway/rollback-point"];
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}
