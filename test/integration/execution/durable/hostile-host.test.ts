import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DurableRunnerOptions } from "../../../../src/execution/durable/durable-runner.js";
import { HostUnreachableError } from "../../../../src/execution/host-unreachable-error.js";
import { recordingLogger } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  fileOfRun,
  newRunId,
  startDurableFixture,
} from "./durable-fixture.js";

/** Short, so that what must end ends soon; the product has the same limits with other numbers. */
const LIMITS = { graceSeconds: 1, patienceSeconds: 1, answerSeconds: 1, lookSeconds: 1 };
const SHORT_STEP = { timeoutSeconds: 1 };

let fixture: DurableFixture;
let programs: string;
let journal: string;
let number = 0;

beforeAll(async () => {
  fixture = await startDurableFixture();
  programs = path.join(fixture.target.directory, "programs");
  mkdirSync(programs);
  writeFileSync(path.join(fixture.target.home, ".bashrc"), `PATH="${programs}:$PATH"\n`);
  await collectRun(fixture.durable, durably("true"));
});
afterAll(() => fixture.close());
beforeEach(() => {
  journal = path.join(fixture.target.directory, `journal-${++number}`);
  rmSync(programs, { recursive: true });
  mkdirSync(programs);
});

const strict = (options: Partial<DurableRunnerOptions> = {}) => fixture.another({ ...LIMITS, ...options });

/** A program of the host that does something else. */
function spoil(name: string, script: string): void {
  const file = path.join(programs, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

const heal = (name: string) => rmSync(path.join(programs, name));
const step = (script = "") => durably(`echo ran >>"${journal}"; ${script}`, {}, SHORT_STEP);
const fifo = (file: string) => execFileSync("sh", ["-c", 'mkfifo "$0"', file]);

/** What came of it: its outcome, or why nothing was started. */
async function cameOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => {
    if (error instanceof HostUnreachableError) return { notStarted: error.code, said: error.detail };
    throw error;
  });
}

describe("a host that cannot start a process of its own", () => {
  it.each([
    ["fails", "exit 1"],
    ["does nothing", "exit 0"],
    ["prints a line break", "echo"],
    ["is killed", "kill -9 $$"],
  ])("starts nothing, and says so, where setsid %s", async (_, script) => {
    spoil("setsid", script);

    expect(await cameOf(collectRun(strict(), step()))).toEqual({
      notStarted: "unfit",
      said: "no process could be started with setsid",
    });

    heal("setsid");
    expect(facts(journal)).toEqual([]);
  });
});

describe("a host that answers nonsense to the start", () => {
  it.each([
    ["words", "echo hello world"],
    ["the right word with more", "echo claimed twice"],
    ["an outcome of a run that never was", "echo end exited 0 1 0"],
    ["a token that is none", "echo fenced -1"],
    ["a state of a run", "echo running 5"],
    ["a word of another call", "echo swept"],
  ])("is not believed, and given up in time: %s", async (_, script) => {
    spoil("setsid", script);
    const { logger, lines } = recordingLogger();

    const outcome = await cameOf(collectRun(strict({ logger }), step()));

    expect(outcome).toMatchObject({ outcome: { kind: "lost", cause: "nonsense" } });
    expect(facts(journal)).toEqual([]);
    expect(lines.filter((line) => line.includes("gave no valid answer"))).toHaveLength(1);
  });
});

describe("a host whose disk hangs", () => {
  it.each(["setsid", "sha256sum", "mkdir", "sync"])("is given up in time: %s never returns", async (name) => {
    spoil(name, `exec sleep 600`);

    const outcome = await cameOf(collectRun(strict(), step()));

    expect(outcome).toMatchObject({ outcome: { kind: "lost" } });
    expect(facts(journal)).toEqual([]);
  });

  it("does not keep a stop, a question or a sweep from ending", async () => {
    const command = durably("sleep 60", {}, { timeoutSeconds: 60 });
    const durable = strict();
    const { id } = command.run;
    const running = collectRun(durable, command);
    await expect.poll(() => existsSync(fileOfRun(fixture.target, id, "group"))).toBe(true);
    spoil("sha256sum", "exec sleep 600");

    const refusals = await Promise.all([durable.cancel("web", id), durable.cancel("web", id)].map(cameOf));

    expect(refusals).toEqual([
      { notStarted: "timeout", said: "no answer within 11 s" },
      { notStarted: "timeout", said: "no answer within 11 s" },
    ]);
    heal("sha256sum");
    await durable.cancel("web", id);
    expect(await running).toMatchObject({ outcome: { kind: "cancelled" } });
  });
});

describe("a run whose files are something else", () => {
  const ended = async () => {
    const command = durably(`echo ran >>"${journal}"; echo out`, {}, SHORT_STEP);
    await collectRun(fixture.durable, command);
    return command;
  };
  const rewrite = (content: string) => (file: string) => writeFileSync(file, content);

  it.each([
    ["a negative size", rewrite("exited 0 1.000 -5\n")],
    ["a negative exit code", rewrite("exited -1 1.000 4\n")],
    ["400 nines as its size", rewrite(`exited 0 1.000 ${"9".repeat(400)}\n`)],
    ["400 nines as its time", rewrite(`timed-out 1 ${"9".repeat(400)} 4\n`)],
    ["two outcomes in one line", rewrite("exited 0 1.000 4 exited 1 1.000 4\n")],
    ["half a line", rewrite("exited 0")],
    ["bytes", rewrite("\u0000\u0001\ufffd\n")],
    ["an unknown outcome", rewrite("exploded 0 1.000 4\n")],
    ["a folder", (file: string) => mkdirSync(file)],
  ])("has no outcome where that is %s", async (_, change) => {
    const command = await ended();
    const file = fileOfRun(fixture.target, command.run.id, "rc");
    rmSync(file);
    change(file);

    expect(await collectRun(strict(), command)).toMatchObject({
      outcome: { kind: "indeterminate" },
    });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("has its outcome, and says what is missing, where it announces more output than there is", async () => {
    const command = await ended();
    writeFileSync(fileOfRun(fixture.target, command.run.id, "rc"), "exited 7 1.000 5000000\n");

    const { outcome, output } = await collectRun(fixture.another(), command);

    expect(outcome).toEqual({ kind: "exited", code: 7 });
    expect(output).toBe("out\n\n[Slipway: 4999996 bytes of output are left out here.]\n");
  });

  it("is given up in time where the outcome cannot be read", async () => {
    const command = await ended();
    const file = fileOfRun(fixture.target, command.run.id, "rc");
    rmSync(file);
    fifo(file);
    const startedAt = Date.now() - 3_600_000;
    const late = { ...command, run: { ...command.run, startedAt, resumed: true as const } };

    expect(await collectRun(strict(), late)).toMatchObject({
      outcome: { kind: "lost", cause: "deadline" },
    });
    rmSync(file);
  });
});

describe("the wait for a run", () => {
  it("counts what an earlier process has waited, and still hears how the run ended", async () => {
    const command = durably("echo out; exit 5", {}, SHORT_STEP);
    await collectRun(fixture.durable, command);
    const late = { ...command, run: { ...command.run, startedAt: 1, resumed: true as const } };

    expect(await collectRun(strict({ lookSeconds: 20 }), late)).toMatchObject({
      outcome: { kind: "exited", code: 5 },
      output: "out\n",
    });
  });

  it("ends as unknown when a stop is not confirmed in time", async () => {
    const stop = new AbortController();
    const command = durably("sleep 60", { stopOverdue: stop.signal }, { timeoutSeconds: 60 });
    const durable = strict();
    const running = collectRun(durable, command);
    await expect.poll(() => existsSync(fileOfRun(fixture.target, command.run.id, "group"))).toBe(true);

    stop.abort();

    expect(await running).toMatchObject({ outcome: { kind: "lost", cause: "stop" } });
    await durable.cancel("web", command.run.id);
  });

  it("ends as cancelled when a stop comes before the run was ever sent", async () => {
    const command = durably(`echo ran >>"${journal}"`, { id: newRunId(), stopOverdue: AbortSignal.abort() });

    expect(await collectRun(strict(), command)).toMatchObject({ outcome: { kind: "cancelled" } });
    expect(facts(journal)).toEqual([]);
  });
});
