import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isAlive, signal } from "../../sandbox/host/processes.js";
import type { Scene } from "../scene.js";
import type { Nemesis } from "./nemesis.js";

const LOOK_EVERY_MS = 10;
const LONGEST_WAIT_MS = 400;

/** SIGKILL of the process on the host that would have written down how the step came out; not of the step. */
export const killRunner: Nemesis = {
  name: "runner",
  title: "SIGKILL of the runner on the host",
  strikes: { short: 20, full: 200 },
  workers: 1,
  // What it leaves in the checkout has to be mended before the next deployment.
  burst: 1,
  meets: "lane",
  async strike(scene, random, { lane }) {
    for (;;) {
      await scene.randomInstant(random, lane);
      const run = await untilRunning(scene, lane.runs);
      await scene.pause(random.integer(0, LONGEST_WAIT_MS));
      if (await killBeforeOutcome(run)) {
        scene.killedRunners.push({ deployment: run.deployment });
        return;
      }
    }
  },
};

interface Run {
  readonly deployment: string;
  readonly id: string;
  readonly pid: number;
  /** Exists once the outcome is known. */
  readonly outcome: string;
}

async function untilRunning(scene: Scene, runs: string): Promise<Run> {
  const killed = new Set(scene.killedRunners.map(({ deployment }) => deployment));
  for (;;) {
    for (const id of await readdir(runs).catch(() => [])) {
      const run = await readRun(runs, id);
      if (run !== undefined && !killed.has(run.deployment)) return run;
    }
    await scene.pause(LOOK_EVERY_MS);
  }
}

async function readRun(runs: string, id: string): Promise<Run | undefined> {
  const outcome = join(runs, id, "rc");
  if (await exists(outcome)) return undefined;
  const pid = Number(await readText(join(runs, id, "pid")));
  if (!Number.isInteger(pid) || pid <= 0 || !(await isRunnerOf(pid, id))) return undefined;
  return { deployment: id.split(".", 1)[0] ?? id, id, pid, outcome };
}

/**
 * A stopped process writes nothing, so that between the look and the kill nothing can change. Once the outcome stands
 * under its first name, a program that the runner has called already may give it the right one: then it is too late.
 * The first name is looked for first: in the other order it could be given up between the two looks.
 */
async function killBeforeOutcome({ pid, id, outcome }: Run): Promise<boolean> {
  signal(pid, "SIGSTOP");
  while (isAlive(pid) && !(await isStopped(pid))) await new Promise(setImmediate);
  const isWritten = (await isBegun(`${outcome}.tmp`)) || (await exists(outcome));
  if (isWritten || !(await isRunnerOf(pid, id))) {
    signal(pid, "SIGCONT");
    return false;
  }
  signal(pid, "SIGKILL");
  return true;
}

/** Ids of processes are used again. */
async function isRunnerOf(pid: number, id: string): Promise<boolean> {
  return (await readText(`/proc/${pid}/cmdline`)).includes(`\0claim\0${id}\0`);
}

async function isStopped(pid: number): Promise<boolean> {
  return /\) T /.test(await readText(`/proc/${pid}/stat`));
}

/** The room for an outcome is reserved with zero bytes. */
async function isBegun(file: string): Promise<boolean> {
  const text = await readText(file);
  return text !== "" && !text.startsWith("\0");
}

async function exists(file: string): Promise<boolean> {
  return (await readText(file)) !== "";
}

/** Empty where there is no such file (any more). */
async function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
