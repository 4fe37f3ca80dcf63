import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RUNNER_SCRIPT } from "../../../../src/execution/durable/runner-script.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  fileOfRun,
  startDurableFixture,
} from "./durable-fixture.js";

describe("a host where no file may grow", () => {
  let base: string;

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), "slipway-runner-"));
    for (const folder of ["bin", "runs", "new", "locks", "fences"]) mkdirSync(path.join(base, folder));
    writeFileSync(path.join(base, "bin", "runner.sh"), RUNNER_SCRIPT);
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it("takes no step, and says why", () => {
    // As on a disk without a free block; folders and empty files still can be made.
    const start = `exec 2>&1; trap '' XFSZ; ulimit -f 0; exec sh bin/runner.sh "$PWD" TAG start one 0 5 1 - 0 8 64`;
    const input = `touch "${base}/it-ran"\nTAG\n`;

    const said = execFileSync("sh", ["-c", start], { cwd: base, input, encoding: "utf8" });

    expect(said).toBe(`TAG full ${base}/runs\n`);
    expect(readdirSync(path.join(base, "runs"))).toEqual([]);
    expect(readdirSync(path.join(base, "new"))).toEqual([]);
    expect(readdirSync(base)).not.toContain("it-ran");
  });
});

/** A file system of its own needs root. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("a host whose disk is full", () => {
  let fixture: DurableFixture;
  let disk: string;
  let journal: string;

  beforeEach(async () => {
    fixture = await startDurableFixture();
    disk = mkdtempSync(path.join(tmpdir(), "slipway-disk-"));
    journal = path.join(fixture.target.directory, "journal");
    execFileSync("sh", ["-c", 'mount -t tmpfs -o size=1m,nr_inodes=100 tmpfs "$0"', disk]);
  });
  afterEach(async () => {
    await fixture.close();
    execFileSync("sh", ["-c", 'umount -l "$0" && rmdir "$0"', disk]);
  });

  const fill = () => execFileSync("sh", ["-c", 'cat /dev/zero >"$0/filler" 2>/dev/null || :', disk]);
  const useInodes = () =>
    execFileSync("sh", ["-c", 'n=0; while touch "$0/inode-$n" 2>/dev/null; do n=$((n+1)); done', disk]);
  const free = () => execFileSync("sh", ["-c", 'rm -f "$0/filler" "$0"/inode-*', disk]);
  const step = (script = "true") => durably(`echo ran >>"${journal}"; ${script}`);
  const kinds = [
    ["block", fill],
    ["inode", useInodes],
  ] as const;

  it.each(kinds)(
    "starts nothing without a free %s, names the folder, and goes on once there is room",
    async (_, use) => {
      const durable = fixture.another({ directory: path.join(disk, "slipway") });
      await durable.run("web", durably("true"), () => undefined);
      use();

      const refusal = {
        name: "HostUnreachableError",
        code: "no-space",
        detail: expect.stringContaining(disk),
      };
      const command = step();
      await expect(collectRun(durable, command)).rejects.toMatchObject(refusal);
      expect(facts(journal)).toEqual([]);

      free();
      expect(await collectRun(durable, command)).toMatchObject({ outcome: { kind: "exited", code: 0 } });
      expect(facts(journal)).toEqual(["ran"]);
    },
  );

  it.each(kinds)("says so without a free %s for the runner itself", async (_, use) => {
    use();

    await expect(
      collectRun(fixture.another({ directory: path.join(disk, "slipway") }), step()),
    ).rejects.toMatchObject({ code: "no-space", detail: expect.stringContaining(disk) });
    expect(facts(journal)).toEqual([]);
  });

  it.each([
    ["blocks", `cat /dev/zero >"$D/filler" 2>/dev/null`],
    ["inodes", `n=0; while touch "$D/inode-$n" 2>/dev/null; do n=$((n+1)); done`],
  ])("has the outcome of a step that used up its %s", async (_, use) => {
    const durable = fixture.another({ directory: path.join(disk, "slipway") });

    const ended = await collectRun(durable, durably(`D="${disk}"; ${use}; exit 7`));

    expect(ended).toMatchObject({ outcome: { kind: "exited", code: 7 } });
  });

  it("has the outcome of a step that printed until its disk was full", async () => {
    const durable = fixture.another({
      directory: path.join(disk, "slipway"),
      fetchedBytes: 1_000,
      logBytes: 2_000,
    });

    const ended = await collectRun(durable, durably("head -c 9000000 /dev/zero; exit 7"));

    expect(ended).toMatchObject({ outcome: { kind: "exited", code: 7 } });
  });

  it.each([
    ["blocks", `cat /dev/zero >"$D/filler" 2>/dev/null`],
    ["inodes", `n=0; while touch "$D/inode-$n" 2>/dev/null; do n=$((n+1)); done`],
  ])("ends a step in time that used up its %s", async (_, use) => {
    const durable = fixture.another({ directory: path.join(disk, "slipway") });

    const ended = await collectRun(
      durable,
      durably(`D="${disk}"; ${use}; sleep 60`, {}, { timeoutSeconds: 2 }),
    );

    expect(ended).toMatchObject({ outcome: { kind: "timed-out" } });
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

  it("comes of no reason to end a run: that is a link, which needs no block", async () => {
    const command = durably("echo begun; exec sleep 30", {}, { timeoutSeconds: 1 });
    expect(await collectRun(fixture.durable, command)).toMatchObject({ outcome: { kind: "timed-out" } });

    const ending = fileOfRun(fixture.target, command.run.id, "ending");
    expect(() => symlinkSync("cancelled", ending)).toThrow("EEXIST");
  });

  it("is reserved before the step begins", async () => {
    const command = durably(
      `wc -c <"$HOME/.slipway/runs/$ID/rc.tmp"`,
      {},
      { environment: { ID: "reserved" } },
    );
    const { output } = await collectRun(fixture.durable, { ...command, run: { id: "reserved" } });

    expect(Number(output)).toBe(4096);
    expect(readFileSync(fileOfRun(fixture.target, "reserved", "rc"), "latin1")).toMatch(
      /^exited 0 30\.000 \d+\n/,
    );
  });
});
