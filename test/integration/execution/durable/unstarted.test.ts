import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectRun, type DurableFixture, durably, startDurableFixture } from "./durable-fixture.js";

let fixture: DurableFixture;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());

const outcomeOf = async (changes: object) =>
  (await collectRun(fixture.durable, durably("", {}, changes))).outcome;

describe("a command that was never started", () => {
  it.each([
    ["there is no such program", { argv: ["no-such-program"] }, 127],
    ["there is no such file", { argv: ["/no/such/program"] }, 127],
    ["its directory is missing", { argv: ["true"], directory: "/no/such/directory" }, undefined],
  ])("is told from one that failed when %s", async (_, changes, code) => {
    const outcome = await outcomeOf(changes);

    expect(outcome).toMatchObject({ kind: "exited", unstarted: true, ...(code && { code }) });
    expect(outcome).not.toMatchObject({ code: 0 });
  });

  it.each([
    ["ends with the code that shells use for a missing program", ["sh", "-c", "exit 127"], 127],
    ["misses a program in its middle", ["sh", "-c", "no-such-program"], 127],
    ["fails", ["false"], 1],
    ["is found, and whose own program is missing", ["env", "no-such-program"], 127],
  ])("is not one that %s", async (_, argv, code) => {
    expect(await outcomeOf({ argv })).toEqual({ kind: "exited", code });
  });

  it("is not one that says so without being a restart that is proven", async () => {
    expect(await outcomeOf({ argv: ["sh", "-c", 'test -z "$SLIPWAY_RUN"'] })).toEqual({
      kind: "exited",
      code: 0,
    });
  });

  it("is not a script without a first line that names its shell", async () => {
    const script = path.join(fixture.target.directory, "no-first-line");
    writeFileSync(script, "exit 126\n", { mode: 0o755 });

    expect(await outcomeOf({ argv: [script] })).toEqual({ kind: "exited", code: 126 });
  });
});

describe("a restart that failed and has changed nothing", () => {
  const proven = (code: number) => ({
    argv: [
      "sh",
      "-c",
      `mv "$SLIPWAY_RUN/startable" "$SLIPWAY_RUN/unchanged"; exit ${code}`,
      "proven-restart",
    ],
  });

  it("is told from one that may have", async () => {
    expect(await outcomeOf(proven(1))).toEqual({ kind: "exited", code: 1, unchanged: true });
  });

  it("is not one that ended well", async () => {
    expect(await outcomeOf(proven(0))).toEqual({ kind: "exited", code: 0 });
  });
});
