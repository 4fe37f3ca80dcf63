import { mkdtemp, realpath } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectRun, type DurableFixture, durably, startDurableFixture } from "./durable-fixture.js";

let fixture: DurableFixture;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());

describe("a durable run", () => {
  it.each([0, 1, 2, 42, 97, 125, 126, 127, 137, 143, 255])(
    "that ends with code %i has exited with it",
    async (code) => {
      const { outcome } = await collectRun(fixture.durable, durably(`exit ${code}`));

      expect(outcome).toEqual({ kind: "exited", code });
    },
  );

  it("gives the output of both streams in order", async () => {
    const { outcome, output } = await collectRun(
      fixture.durable,
      durably("echo a; echo b >&2; echo c; exit 3"),
    );

    expect({ outcome, output }).toEqual({ outcome: { kind: "exited", code: 3 }, output: "a\nb\nc\n" });
  });

  it("runs in its directory", async () => {
    const directory = await mkdtemp(path.join(fixture.target.directory, "it's a $(place) "));

    const { output } = await collectRun(fixture.durable, { ...durably("pwd -P"), directory });

    expect(output).toBe(`${await realpath(directory)}\n`);
  });
});
