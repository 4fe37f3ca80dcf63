import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOptionalProgram } from "../../../../sandbox/host/find-program.js";
import { isAlive, signal } from "../../../../sandbox/host/processes.js";
import { printed } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  fileOfRun,
  runnerPid,
  startDurableFixture,
} from "./durable-fixture.js";

/** Shells that are `sh` somewhere: Debian's, Red Hat's (which is posix by that name), and Alpine's. */
const shells = ["dash", "bash", "busybox"].flatMap((name) => {
  const program = findOptionalProgram(name);
  return program === undefined ? [] : [[name, program] as const];
});

describe.each(shells)("with %s as its sh, the runner", (name, program) => {
  let fixture: DurableFixture;

  beforeAll(async () => {
    fixture = await startDurableFixture();
    const bin = path.join(fixture.target.directory, "shell");
    mkdirSync(bin);
    symlinkSync(program, path.join(bin, "sh"));
    writeFileSync(path.join(fixture.target.home, ".bashrc"), `PATH="${bin}:$PATH"\n`);
  });
  afterAll(() => fixture.close());

  it("is run by that", async () => {
    const { output } = await collectRun(fixture.durable, durably("readlink /proc/$$/exe; exit 0"));

    expect(output).toContain(name);
  });

  it("gives outcome and output, and starts nothing twice", async () => {
    const command = durably("echo a; printf 'b\\303'; printf '\\251' >&2; exit 42", {
      fence: { key: "app", token: 4 },
    });

    const results = await Promise.all(Array.from({ length: 5 }, () => collectRun(fixture.durable, command)));

    expect(results).toEqual(results.map(() => ({ outcome: { kind: "exited", code: 42 }, output: "a\nbé" })));
  });

  it("refuses an older token", async () => {
    const fence = { key: "older", token: 2 };
    await fixture.durable.raiseFence("web", { ...fence, token: 9 });

    expect((await collectRun(fixture.durable, durably("true", { fence }))).outcome).toEqual({
      kind: "fenced",
      token: 9,
    });
  });

  it("ends a step when its time is over", async () => {
    const { outcome } = await collectRun(fixture.durable, durably("sleep 60", {}, { timeoutSeconds: 0.3 }));

    expect(outcome).toEqual({ kind: "timed-out", afterSeconds: 0.3 });
  });

  it("ends a step on demand", async () => {
    const command = durably("echo ready; sleep 60");
    const ready = printed("ready");
    const running = fixture.durable.run("web", command, ready.onOutput);
    await ready.seen;

    await fixture.durable.cancel("web", command.run.id);

    expect(await running).toEqual({ kind: "cancelled" });
  });

  it("is indeterminate once killed", async () => {
    const command = durably("echo $$; exec sleep 60");
    const ready = printed("\n");
    let output = "";
    const running = fixture.durable.run("web", command, (text) => {
      output += text;
      ready.onOutput(text);
    });
    await ready.seen;

    signal(runnerPid(fixture.target, command.run.id), "SIGKILL");

    expect(await running).toMatchObject({ kind: "indeterminate" });
    await expect.poll(() => isAlive(Number(output))).toBe(false);
  });

  it("keeps a long log within its limit", async () => {
    const durable = fixture.another({ fetchedBytes: 10_000, logBytes: 20_000 });
    const command = durably("seq 100000; exit 6");

    const { outcome } = await collectRun(durable, command);

    expect(outcome).toEqual({ kind: "exited", code: 6 });
    const { size, blocks } = statSync(fileOfRun(fixture.target, command.run.id, "log"));
    expect(size).toBe(588_895);
    expect(blocks * 512).toBeLessThan(20_000 + 3 * 4096);
  });

  it("lets SIGINT reach a step", async () => {
    const { outcome } = await collectRun(fixture.durable, durably("trap 'exit 5' INT; kill -INT $$; exit 6"));

    expect(outcome).toEqual({ kind: "exited", code: 5 });
  });
});
