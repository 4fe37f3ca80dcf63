import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RUNNER_SCRIPT } from "../../../../src/execution/durable/runner-script.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  fileOfRun,
  startDurableFixture,
} from "./durable-fixture.js";

describe("a host whose disk is full", () => {
  let base: string;

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), "slipway-runner-"));
    for (const folder of ["bin", "runs", "locks", "fences"]) mkdirSync(path.join(base, folder));
    writeFileSync(path.join(base, "bin", "runner.sh"), RUNNER_SCRIPT);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it("takes no step whose process could not be named, and says why", () => {
    // No file may grow, as on a disk without a free block; folders and empty files still can be made.
    const start = `exec 2>&1; trap '' XFSZ; ulimit -f 0; exec sh bin/runner.sh "$PWD" TAG start one 0 5 1 - 0`;
    const input = `touch "${base}/it-ran"\nTAG\n`;

    const said = execFileSync("sh", ["-c", start], { cwd: base, input, encoding: "utf8" });

    expect(said).toBe(`TAG refused no room in ${base}/runs\n`);
    expect(readdirSync(path.join(base, "runs"))).toEqual([]);
    expect(readdirSync(base)).not.toContain("it-ran");
  });
});

describe("an outcome that makes no sense", () => {
  let fixture: DurableFixture;

  beforeAll(async () => {
    fixture = await startDurableFixture();
  });
  afterAll(() => fixture.close());

  it.each([" 1 2.000 0\n", "", "exited\n"])("is none: %j", async (rc) => {
    const command = durably("exit 3");
    await collectRun(fixture.durable, command);
    writeFileSync(fileOfRun(fixture.target, command.run.id, "rc"), rc);

    expect(await collectRun(fixture.another(), command)).toMatchObject({
      outcome: { kind: "indeterminate" },
    });
  });

  it("comes of no reason to end a run: that is a link, which needs no room", async () => {
    const command = durably("echo begun; exec sleep 30", {}, { timeoutSeconds: 1 });
    expect(await collectRun(fixture.durable, command)).toMatchObject({ outcome: { kind: "timed-out" } });

    const ending = fileOfRun(fixture.target, command.run.id, "ending");
    expect(() => symlinkSync("cancelled", ending)).toThrow("EEXIST");
  });
});
