import { existsSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DurableRunner } from "../../../../src/execution/durable/durable-runner.js";
import { printed } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  fileOfRun,
  newRunId,
  startDurableFixture,
} from "./durable-fixture.js";

const DAY_MS = 86_400_000;

let fixture: DurableFixture;
let durable: DurableRunner;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  durable = fixture.another({ keepRuns: 2, keepDays: 3 });
  // The one that sweeps by itself comes first, so that what follows is swept on demand alone.
  await durable.sweep("web");
});
afterEach(() => durable.close());

const startedAgo = (id: string, ms: number) => {
  const at = new Date(Date.now() - ms);
  for (const name of [".", "rc"]) utimesSync(fileOfRun(fixture.target, id, name), at, at);
};

async function endedRun(agoMs: number): Promise<string> {
  const command = durably("echo output; exit 3");
  await collectRun(durable, command);
  startedAgo(command.run.id, agoMs);
  return command.run.id;
}

describe("sweeping", () => {
  it("keeps the output of the newest runs and the outcome of the others, which cannot run again", async () => {
    const ids = [await endedRun(4_000), await endedRun(3_000), await endedRun(2_000), await endedRun(1_000)];

    await durable.sweep("web");
    await durable.sweep("web");

    const statuses = await Promise.all(ids.map((id) => durable.status("web", id)));
    expect(statuses).toEqual([0, 0, 7, 7].map((logBytes) => ({ kind: "exited", code: 3, logBytes })));
    const again = await collectRun(durable, durably("echo twice", { id: ids[0] ?? "" }));
    expect(again).toEqual({ outcome: { kind: "exited", code: 3 }, output: "" });
  });

  it("keeps no more output than a host has room for, the newest first", async () => {
    const tight = fixture.another({ keptBytes: 10 });
    const ids = [await endedRun(3_000), await endedRun(2_000), await endedRun(1_000)];

    await tight.sweep("web");

    const statuses = await Promise.all(ids.map((id) => durable.status("web", id)));
    expect(statuses).toEqual([0, 0, 7].map((logBytes) => ({ kind: "exited", code: 3, logBytes })));
  });

  it("forgets the locks of runs that were never claimed", async () => {
    const locks = path.join(fixture.target.home, ".slipway", "locks");
    const [old, young] = [path.join(locks, newRunId()), path.join(locks, newRunId())];
    for (const file of [old, young]) writeFileSync(file, "");
    const long = new Date(Date.now() - 30 * DAY_MS);
    utimesSync(old, long, long);

    await durable.sweep("web");

    expect([old, young].map((file) => existsSync(file))).toEqual([false, true]);
  });

  it("forgets what is old", async () => {
    const [old, young] = [await endedRun(3 * DAY_MS + 60_000), await endedRun(3 * DAY_MS - 60_000)];

    await durable.sweep("web");

    expect(existsSync(fileOfRun(fixture.target, old, "."))).toBe(false);
    expect(await durable.status("web", young)).toMatchObject({ kind: "exited" });
  });

  it("leaves a run alone that takes longer than that", async () => {
    const command = durably("echo ready; sleep 60");
    const ready = printed("ready");
    const running = durable.run("web", command, ready.onOutput);
    await ready.seen;
    const long = new Date(Date.now() - 30 * DAY_MS);
    utimesSync(fileOfRun(fixture.target, command.run.id, "."), long, long);

    await durable.sweep("web");

    expect(await durable.status("web", command.run.id)).toMatchObject({ kind: "running" });
    await durable.cancel("web", command.run.id);
    expect(await running).toEqual({ kind: "cancelled" });
  });
});

describe("cleaning one run", () => {
  it("removes its output and keeps its outcome", async () => {
    const id = await endedRun(0);

    expect(await durable.clean("web", id)).toBe("cleaned");

    expect(await durable.status("web", id)).toEqual({ kind: "exited", code: 3, logBytes: 0 });
  });

  it("does nothing while it runs", async () => {
    const command = durably("echo ready; sleep 60");
    const ready = printed("ready");
    const running = durable.run("web", command, ready.onOutput);
    await ready.seen;

    expect(await durable.clean("web", command.run.id)).toBe("running");

    await durable.cancel("web", command.run.id);
    await running;
  });
});
