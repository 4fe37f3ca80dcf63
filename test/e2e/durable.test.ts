import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../sandbox/host/processes.js";
import type { RawEnvironment, Sandbox } from "../../sandbox/start-sandbox.js";
import { LogStore } from "../../src/deployments/log-store.js";
import { killRunner, labelsOf, linesOf, residentBytes, runOfStep } from "./durable-support.js";
import { judgeWordsOf } from "./judge-words.js";
import { startSandbox } from "./start-sandbox.js";
import { answerOf, commit, deploy, Gate, messageSaying, press, runs, textOf } from "./support.js";

const MEGABYTE = 1024 * 1024;

/** Of the plan of an environment below: check, rollback point, fetch, checkout, journal, and then this one. */
const HELD_STEP = 6;
const UNKNOWN = "state unknown";

describe("steps that outlive what watches them", () => {
  let sandbox: Sandbox;
  let directory: string;
  let number = 0;
  const gates = new Map<string, Gate>();
  const journal = (name: string) => join(directory, `journal-${name}`);

  /** An environment that writes down that it was there, and then waits at its gate. */
  function held(name: string): RawEnvironment {
    const { gate, settings } = Gate.in(directory, name);
    gates.set(name, gate);
    const note = { title: "Journal", run: ["sh", "-c", 'echo ran >> "$1"', "journal", journal(name)] };
    const before = settings.strategy?.["before"];
    return { health: [], strategy: { before: [note, ...(Array.isArray(before) ? before : [])] } };
  }

  function scripted(script: string): RawEnvironment {
    return { health: [], strategy: { before: [{ title: "Script", run: ["sh", "-c", script] }] } };
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-durable-"));
    sandbox = await startSandbox({
      discord: { limits: { identifyIntervalMs: 50 } },
      environments: {
        failed: held("failed"),
        again: held("again"),
        back: held("back"),
        changed: held("changed"),
        hanging: scripted("trap '' TERM; echo it hangs; while :; do sleep 1; done"),
        cut: scripted("for n in $(seq 60); do echo line $n; sleep 0.05; done"),
        small: scripted("yes 'a line of a log that nobody will ever read' | head -c 128M"),
        large: scripted("yes 'a line of a log that nobody will ever read' | head -c 1024M"),
      },
      configure: (config) => ({ ...config, execution: { grace: "1s" } }),
    });
  });

  afterEach(() => judgeWordsOf(sandbox, ["failed", "again", "back", "changed", "hanging", "cut", "small"]));
  afterAll(async () => {
    await sandbox?.close();
    await rm(directory, { recursive: true });
  });

  async function open(name: string): Promise<void> {
    await gates.get(name)?.open();
  }

  /** A deployment whose runner was killed on the host while it waited at its gate. */
  async function brokenOff(environment: string) {
    await deploy(sandbox, { environment });
    number++;
    const run = await runOfStep(sandbox.host, HELD_STEP);
    await killRunner(run);
    return messageSaying(sandbox, number, UNKNOWN, { environment });
  }

  it("are unknown when their runner was killed; only an approver marks them failed", async () => {
    const { people } = sandbox;
    const message = await brokenOff("failed");

    const refusals = [
      await answerOf(sandbox, await press(sandbox, people.sam, message, "Mark failed")),
      await answerOf(sandbox, await press(sandbox, people.camille, message, "Run again")),
    ];
    await press(sandbox, people.dominique, message, "Mark failed");
    const judged = await messageSaying(sandbox, number, "failed", { environment: "failed" });

    // Nothing else ever ran there, so there is nothing to roll back to.
    expect(labelsOf(message)).toEqual(["Mark failed", "Run again"]);
    expect(refusals.map((text) => text.slice(0, 2))).toEqual(["🚫", "🚫"]);
    expect(textOf(judged)).toContain(`<@${people.dominique.id}> marked it as failed`);
  });

  it("run again by a press, and nothing before them does", async () => {
    const sha = await commit(sandbox);
    const message = await brokenOff("again");

    await press(sandbox, sandbox.people.alex, message, "Run again");
    await runOfStep(sandbox.host, HELD_STEP, 2);
    await open("again");
    await messageSaying(sandbox, number, "succeeded ✅", { environment: "again" });

    expect(linesOf(journal("again"))).toEqual(["ran"]);
    await runs(sandbox, sha, "again");
  });

  it("can be rolled back", async () => {
    await open("back");
    const good = await commit(sandbox);
    await deploy(sandbox, { environment: "back" });
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "back" });
    await rm(join(directory, "gate-back"));
    await commit(sandbox);
    const message = await brokenOff("back");

    await open("back");
    await press(sandbox, sandbox.people.alex, message, "Roll back");
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "back" });

    await runs(sandbox, good, "back");
  });

  it("end at once on demand, with all that they started", async () => {
    const { people } = sandbox;
    await deploy(sandbox, { environment: "hanging" });
    const started = await messageSaying(sandbox, ++number, "started", { environment: "hanging" });
    const { group } = await runOfStep(sandbox.host, HELD_STEP - 1);

    await press(sandbox, people.camille, started, "Cancel");
    const asked = await sandbox.discord.waitForMessage(
      sandbox.channel.id,
      (message) => message.id === started.id && labelsOf(message).includes("Stop now"),
    );
    await press(sandbox, people.alex, asked, "Stop now");
    const message = await messageSaying(sandbox, number, "cancelled", { environment: "hanging" });

    expect(isAlive(group)).toBe(false);
    expect(textOf(message)).toContain(`Cancelled by <@${people.alex.id}> while it ran`);
  });

  it("come to their end when the configuration changed under them, and nothing follows them", async () => {
    const sha = await commit(sandbox);
    await deploy(sandbox, { environment: "changed" });
    number++;
    const run = await runOfStep(sandbox.host, HELD_STEP);
    const file = sandbox.env["SLIPWAY_CONFIG"] ?? "";
    const config = await readFile(file, "utf8");

    await sandbox.bot.stop();
    await writeFile(file, config.replaceAll("title: Journal", "title: Diary"));
    await sandbox.startBot();
    await sandbox.bot.waitForLine(({ msg }) => msg === "took a running deployment over");
    expect(isAlive(run.group)).toBe(true);
    await open("changed");
    const message = await messageSaying(sandbox, number, "failed", { environment: "changed" });

    expect(textOf(message)).toContain("The configuration changed while this deployment ran");
    expect(textOf(message)).toMatch(/✅ Gate .*\n⏭️ Restart/);
    expect(linesOf(journal("changed"))).toEqual(["ran"]);

    await press(sandbox, sandbox.people.alex, message, "Retry");
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "changed" });
    await runs(sandbox, sha, "changed");
  });

  it("do not feel that links are cut, and their log is whole", async () => {
    await deploy(sandbox, { environment: "cut" });
    const { id } = await runOfStep(sandbox.host, HELD_STEP - 1);
    const log = join(sandbox.host.home, ".slipway", "runs", id, "log");

    for (const lines of [5, 20, 35, 50]) {
      await expect.poll(() => linesOf(log).length).toBeGreaterThan(lines);
      await sandbox.host.cutConnections();
    }
    await messageSaying(sandbox, ++number, "succeeded ✅", { environment: "cut" });

    const printed = Array.from({ length: 60 }, (_, index) => `line ${index + 1}\n`).join("");
    expect(await storedLog(sandbox, id.split(".")[0] ?? "")).toContain(`\n${printed}-- exit code 0\n`);
  });

  it("may print 1 GB, and Slipway needs no more memory for it than for 128 MB", async () => {
    /** The most that the bot had while it followed a deployment there. */
    const peakIn = async (environment: string) => {
      let most = 0;
      const sample = () => {
        most = Math.max(most, residentBytes(sandbox.bot.pid) / MEGABYTE);
      };
      const sampling = setInterval(sample, 50);
      await deploy(sandbox, { environment });
      await messageSaying(sandbox, ++number, "succeeded ✅", { environment });
      clearInterval(sampling);
      return most;
    };

    const small = await peakIn("small");
    const large = await peakIn("large");

    expect(large - small).toBeLessThan(20);
  }, 200_000);
});

async function storedLog(sandbox: Sandbox, deployment: string): Promise<string> {
  const redis = new Redis(sandbox.redis.url);
  try {
    return (await new LogStore(redis).read(deployment)).toString();
  } finally {
    redis.disconnect();
  }
}
