import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findOptionalProgram } from "../../../../sandbox/host/find-program.js";
import { ignore } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  fileOfRun,
  newRunId,
  startDurableFixture,
} from "./durable-fixture.js";

const MIB = 1024 * 1024;
const FETCHED = MIB;
const LIMIT = 16 * MIB;
/** One block at each end of the hole. */
const ROUNDING = 3 * 4096;

let fixture: DurableFixture;

beforeAll(async () => {
  fixture = await startDurableFixture({ fetchedBytes: FETCHED, logBytes: LIMIT });
});
afterAll(() => fixture.close());

/** Lines of 16 bytes, which tell where they are: "line 000000000\n" … */
const line = (number: number) => `line ${String(number).padStart(10, "0")}\n`;
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join("");
const print = (from: number, to: number) => `seq -f 'line %010.0f' ${from} ${to - 1}`;
const LINES_A_MIB = MIB / line(0).length;

/** What the log of a run takes of the disk. */
function diskOf(id: string): number {
  const said = execFileSync("du", ["-k", "-s", path.dirname(fileOfRun(fixture.target, id, "log"))]);
  return Number.parseInt(said.toString(), 10) * 1024;
}

describe("a step that prints 300 MiB", () => {
  it("takes no more of the disk than the limit, and has its first and last output and its exit code", async () => {
    const letters = ["a", "b", "c", "d", "e", "f"];
    const perRound = 50 * MIB;
    const id = newRunId();
    const go = path.join(fixture.target.directory, "go");
    // Waits after each part, so that what is measured is the bound and not the speed of the disk.
    const parts = letters.map(
      (letter) =>
        `head -c ${perRound} /dev/zero | tr '\\0' ${letter}; until [ -e "${go}-${letter}" ]; do sleep 0.05; done`,
    );
    const command = durably(`${parts.join("; ")}; exit 3`, { id }, { timeoutSeconds: 300 });
    const running = collectRun(fixture.durable, command);
    const size = () => statSync(fileOfRun(fixture.target, id, "log"), { throwIfNoEntry: false })?.size;

    for (const [index, letter] of letters.entries()) {
      await expect.poll(size).toBe((index + 1) * perRound);
      await expect.poll(() => diskOf(id)).toBeLessThan(LIMIT + 2 * ROUNDING);
      writeFileSync(`${go}-${letter}`, "");
    }

    const left = letters.length * perRound - 2 * FETCHED;
    const { outcome, output } = await running;
    expect(outcome).toEqual({ kind: "exited", code: 3 });
    const [head, tail] = output.split(`\n[Slipway: ${left} bytes of output are left out here.]\n`);
    expect(head === "a".repeat(FETCHED)).toBe(true);
    expect(tail === "f".repeat(FETCHED)).toBe(true);
    expect(size()).toBe(letters.length * perRound);
  }, 300_000);
});

describe("a log beyond the limit", () => {
  const total = 18 * LINES_A_MIB;
  const command = () => durably(`${print(0, total)}; exit 4`);

  it.each([
    [1, 3],
    [1, 17.5],
    [8, 0],
    [8, 5],
    [8, 9],
  ])("has no hole for a later process that fetches twice %d MiB, and goes on at %d MiB", async (mib, at) => {
    const fetching = () => fixture.another({ fetchedBytes: mib * MIB });
    const first = command();
    await fetching().run("web", first, ignore);
    const later = { ...first, run: { ...first.run, offset: at * MIB, resumed: true as const } };

    const { outcome, output } = await collectRun(fetching(), later);

    expect(outcome).toEqual({ kind: "exited", code: 4 });
    expect(output.includes("\0")).toBe(false);
    expect(output.endsWith(lines(total - LINES_A_MIB / 2, total))).toBe(true);
    expect(diskOf(first.run.id)).toBeLessThan(LIMIT + 2 * ROUNDING);
  });

  it("is kept by a sweep that has room for what it takes of the disk", async () => {
    const first = command();
    await fixture.durable.run("web", first, ignore);
    const sweeping = fixture.another({ keptBytes: LIMIT + MIB });

    await sweeping.sweep("web");

    expect(await sweeping.status("web", first.run.id)).toMatchObject({ logBytes: 18 * MIB });
  });
});

describe("a host that cannot make holes", () => {
  const bin = () => path.join(fixture.target.directory, "without");

  afterEach(() => rmSync(path.join(fixture.target.home, ".bashrc")));

  const LONG = `${print(0, 20 * LINES_A_MIB)}; sleep 2; printf end; exit 5`;

  async function runWith(fallocate: string, script = LONG) {
    mkdirSync(bin(), { recursive: true });
    writeFileSync(path.join(bin(), "fallocate"), fallocate);
    chmodSync(path.join(bin(), "fallocate"), 0o755);
    writeFileSync(path.join(fixture.target.home, ".bashrc"), `PATH="${bin()}:$PATH"\n`);
    return collectRun(fixture.durable, durably(script));
  }

  const remark = (why: string) =>
    `end\n[Slipway: the log of this step is not bounded on this host: ${why}]\n`;

  it("says so once, and has the step end as it does", async () => {
    const why = "fallocate: fallocate failed: Operation not supported";

    const { outcome, output } = await runWith(`#!/bin/sh\necho '${why}' >&2; echo 'more' >&2; exit 1\n`);

    expect(outcome).toEqual({ kind: "exited", code: 5 });
    expect(output.slice(-200)).toContain(remark(why));
    expect(output.split("not bounded").length).toBe(2);
  });

  const busybox = findOptionalProgram("busybox");

  it.runIf(busybox)("says so where fallocate is that of busybox", async () => {
    const { outcome, output } = await runWith(`#!/bin/sh\nexec ${busybox} fallocate "$@"\n`);

    expect(outcome).toEqual({ kind: "exited", code: 5 });
    expect(output.slice(-200)).toContain(remark("fallocate: unrecognized option '--punch-hole'"));
  });

  it("says nothing of a log that is within the limit", async () => {
    const { output } = await runWith("#!/bin/sh\nexit 1\n", "echo short");

    expect(output).toBe("short\n");
  });
});
