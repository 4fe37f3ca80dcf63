import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import type { Failure } from "../../../src/deployments/record.js";
import { wordsFor } from "../../../src/discord/locales/index.js";
import { probeReasonEn } from "../../../src/discord/locales/probe-words.en.js";
import { cleanReason } from "../../../src/discord/messages/clean-reason.js";
import { reasonOf } from "../../../src/discord/messages/failure-text.js";
import { createDurableRunner, type DurableRunner } from "../../../src/execution/durable/durable-runner.js";
import { failureOf, unreachable } from "../../../src/execution/execute-plan.js";
import { createHostLogReader } from "../../../src/execution/host-log-reader.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { createRedactor } from "../../../src/execution/redact.js";
import type { CommandOutcome } from "../../../src/execution/remote-runner.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { ProbeResult } from "../../../src/health/probe-result.js";
import { Secret } from "../../../src/secret.js";
import { collectRun, durably } from "../execution/durable/durable-fixture.js";
import { ignore, printed, silent, sshHostOf } from "../execution/ssh-fixture.js";
import { checkOn, proberWith } from "../health/health-fixture.js";
import { HOST_KINDS, type HostKind } from "./host-kinds.js";

// Most of the time goes into hosts that are slow on purpose, so that many of them wait side by side.
vi.setConfig({ maxConcurrency: 10 });
// Each host removes its folder when the process ends.
process.setMaxListeners(HOST_KINDS.length + process.getMaxListeners());

const SECRET = new Secret("hunter2hunter2");
const LINES = "a\nb 'c' $(d) \\ !e\n";
/** Printed by a process that a start-up file left running, which shares the streams of what comes after. */
const withoutNoise = (text: string) => text.replaceAll("noise", "");

/** For hosts on which a step cannot be started: what must end ends soon. */
const SHORT = { patienceSeconds: 10, answerSeconds: 5, lookSeconds: 2 };

interface Scene {
  readonly kind: HostKind;
  readonly target: TargetHost;
  readonly runner: SshRunner;
  readonly durable: DurableRunner;
  /** Written by every command that is run. */
  readonly mark: string;
}

const open: Scene[] = [];
const scenes = new Map<string, Promise<Scene>>();

function sceneOf(kind: HostKind): Promise<Scene> {
  const scene = scenes.get(kind.name) ?? start(kind);
  scenes.set(kind.name, scene);
  return scene;
}

async function start(kind: HostKind): Promise<Scene> {
  const target = await startTargetHost({ name: "kind" });
  const redactor = createRedactor([SECRET]);
  const redact = (text: string) => redactor.redact(text);
  const runner = createSshRunner({ hosts: { web: await sshHostOf(target) }, logger: silent, redact });
  const limits = typeof kind.answers === "object" && "noStep" in kind.answers ? SHORT : {};
  const durable = createDurableRunner({ ssh: runner, logger: silent, graceSeconds: 1, ...limits });
  const scene = { kind, target, runner, durable, mark: path.join(target.directory, "was-run") };
  open.push(scene);
  await kind.prepare?.(target);
  return scene;
}

afterAll(async () => {
  for (const { kind, durable, runner, target } of open) {
    await durable.close();
    await runner.close();
    kind.restore?.(target);
    await target.close();
  }
});

/** What a person reads of a step that was not started, or of which nothing is known. */
async function wordsOfStep(running: Promise<CommandOutcome>): Promise<string> {
  const outcome = await running.catch(wordsOfRefusal);
  if (typeof outcome === "string") return outcome;
  if (outcome.kind === "fenced" || outcome.kind === "detached") return outcome.kind;
  return inWords(failureOf(outcome));
}

function wordsOfRefusal(error: unknown): string {
  if (error instanceof HostUnreachableError) return inWords(unreachable(error));
  throw error;
}

/** Prints the lines on standard output. */
function printing({ mark }: Scene, exitCode: number): readonly [string, ...string[]] {
  return ["sh", "-c", 'touch "$1"; printf %s "$2"; exit "$3"', "print", mark, LINES, String(exitCode)];
}

/** What a person reads of a call that must not have reached the host. */
async function wordsOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    (value) => new Error(`It was run: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  return wordsOfRefusal(error);
}

function inWords(failure: Failure | undefined): string {
  return failure === undefined ? "it worked" : reasonOf(failure, wordsFor("en"));
}

function inWordsOf(result: ProbeResult): string {
  return result.kind === "healthy" ? "it is up" : probeReasonEn(cleanReason(result.reason));
}

function expectNotRun(words: string, said: RegExp, { mark }: Scene): void {
  expect(words).toMatch(/did not run the command/);
  expect(words).toMatch(said);
  expect(words).not.toMatch(/hunter2|slipway-[0-9a-f]{24}-/);
  expect(existsSync(mark)).toBe(false);
}

describe.concurrent.each(HOST_KINDS)("a host with $name", (kind) => {
  const { answers } = kind;
  const timeoutSeconds = answers === "able" ? 30 : 10;

  it("runs a step, or says why it was not started", async ({ expect: expected }) => {
    const scene = await sceneOf(kind);
    const run = () => collectRun(scene.durable, durably("", {}, { argv: printing(scene, 7) }));

    if (answers === "able") {
      expected(await run()).toEqual({ outcome: { kind: "exited", code: 7 }, output: LINES });
    } else if ("noStep" in answers) {
      const mark = `${scene.mark}-by-step`;
      const command = durably(`touch '${mark}'`, {}, { timeoutSeconds });
      expected(await wordsOfStep(scene.durable.run("web", command, ignore))).toMatch(answers.noStep);
      expected(existsSync(mark)).toBe(false);
    } else {
      expectNotRun(await wordsOf(run()), answers.notRun, scene);
    }
  });

  it("ends a step on demand", async ({ expect: expected }) => {
    const scene = await sceneOf(kind);
    const command = durably(`touch '${scene.mark}-by-step'; echo ready; sleep 600`, {}, { timeoutSeconds });
    const ready = printed("ready");
    const running = scene.durable.run("web", command, ready.onOutput);
    const stop = () => scene.durable.cancel("web", command.run.id);

    if (answers === "able") {
      await Promise.race([ready.seen, running]);
      expected(await stop()).toMatchObject({ kind: "cancelled" });
      expected(await running).toEqual({ kind: "cancelled" });
    } else if ("noStep" in answers) {
      const stopping = stop().then(({ kind: state }) => state, wordsOfRefusal);
      const [ofStep, ofStop] = await Promise.all([wordsOfStep(running), stopping]);
      expected(ofStep).toMatch(answers.noStep);
      expected(ofStop).toMatch(answers.stop);
      expected(existsSync(`${scene.mark}-by-step`)).toBe(false);
    } else {
      const both = await Promise.all([wordsOf(running), wordsOf(stop())]);
      for (const words of both) expectNotRun(words, answers.notRun, scene);
    }
  });

  it("is up only where the check's own command ended with 0", async ({ expect: expected }) => {
    const scene = await sceneOf(kind);
    const probe = proberWith({ runner: scene.runner, known: [SECRET] });
    const check = (script: string) =>
      probe(checkOn("web", { type: "command", run: ["sh", "-c", script], timeout: "30s" }));

    const [good, bad] = await Promise.all([check(`touch '${scene.mark}'`), check("echo broken >&2; exit 4")]);

    if (answers === "able" || "noStep" in answers) {
      expected(good).toMatchObject({ kind: "healthy" });
      expected(inWordsOf(bad)).toMatch(/^the command ended with exit code 4: /);
      expected(bad).toMatchObject({ output: expect.stringContaining("broken") });
    } else {
      for (const result of [good, bad]) expectNotRun(inWordsOf(result), answers.notRun, scene);
    }
  });

  it("shows as its log what the command printed, and nothing else", async ({ expect: expected }) => {
    const scene = await sceneOf(kind);
    const read = createHostLogReader({ runner: scene.runner, redactor: createRedactor([SECRET]) });
    const command = { argv: printing(scene, 0), timeoutSeconds: 30 };

    const log = await read({ host: "web", command, maxBytes: 10_000 });

    if (answers === "able" || "noStep" in answers) {
      expected({ ...log, text: withoutNoise(log.text) }).toEqual({
        host: "web",
        text: LINES,
        shortened: false,
      });
    } else {
      expected(log.text).toBe("");
      expectNotRun(inWords(log.failure), answers.notRun, scene);
    }
  });
});
