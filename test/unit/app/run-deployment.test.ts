import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runDeployment } from "../../../src/app/run-deployment.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import type { CommandOutcome, OutputListener, RemoteCommand } from "../../../src/execution/remote-runner.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput, otherSha } from "../deployments/samples.js";
import { failingAt, ScriptedRunner, type World, worldOf } from "./ports.js";
import { requestAlsoAgain } from "./production.js";

const config = configWith({
  uat: environmentInput({
    strategy: {
      type: "git",
      directory: "/srv/shop",
      restart: { run: ["restart-the-app"] },
      after: [{ run: ["say-so"] }],
      diagnostics: [{ run: ["look-around"] }],
    },
  }),
});

let fixture: RedisFixture;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
});
afterAll(() => fixture.close());

type Answer = (command: RemoteCommand, print: OutputListener) => Promise<CommandOutcome | undefined>;
const succeeds: Answer = async () => undefined;

type Scene = World & {
  readonly runner: ScriptedRunner;
  /** Of the deployment that runs. */
  id(): string;
  /** Redis did not take a piece of a log. */
  refused(): boolean;
};

function startWorld(answer: Answer = succeeds): Scene {
  const runner = new ScriptedRunner(answer);
  const world = worldOf(fixture, config, runner);
  let refused = false;
  const onError: Parameters<typeof pino>[1] = {
    write: (line: string) => {
      refused ||= line.includes("could not be stored");
    },
  };
  const parts = { ...world.parts, logger: pino({ level: "error" }, onError) };
  const id = () => runner.commands.at(-1)?.run?.id.split(".")[0] ?? "";
  return { ...world, parts, runner, id, refused: () => refused };
}

async function queued({ parts }: World, requestId = "1"): Promise<string> {
  const person = { id: "1", name: "ada", roles: ["223344556677889900"] };
  return (await requestAlsoAgain(parts, { requestId, person, environment: "uat" })).id;
}

async function ran(world: World): Promise<DeploymentRecord | undefined> {
  const id = await queued(world);
  await runDeployment(world.parts, id, "worker");
  return world.store.find(id);
}

const programs = (commands: readonly RemoteCommand[]) =>
  commands.map(({ argv }) =>
    argv.find((word) =>
      /^(?:check-host|save-rollback-point|fetch|reset|restart-the-app|say-so|look-around)$/.test(word),
    ),
  );
const stepStates = (record: DeploymentRecord | undefined) => record?.steps.map(({ state }) => state);

describe("runDeployment", () => {
  it("runs every step in order and ends as succeeded", async () => {
    const world = startWorld(async ({ argv }, print) => {
      if (argv.includes("check-host")) print(`noise\nHEAD is ${otherSha}\n`);
      return undefined;
    });

    const record = await ran(world);

    expect(programs(world.runner.commands)).toEqual([
      "check-host",
      "save-rollback-point",
      "fetch",
      "reset",
      "restart-the-app",
      "say-so",
    ]);
    expect(record).toMatchObject({ state: "succeeded", before: { "web-1": otherSha }, claim: "worker" });
    expect(new Set(stepStates(record))).toEqual(new Set(["succeeded"]));
    expect(await world.store.open({ project: "shop", environment: "uat" })).toEqual([]);
  });

  it("goes on by the job's next try after a Redis that refused to write for a moment", async () => {
    const world = startWorld();
    const { redis } = fixture;
    world.runner.onCommand = async ({ argv }) => {
      if (argv.includes("fetch")) await redis.config("SET", "maxmemory", "1");
    };
    const id = await queued(world);

    await expect(runDeployment(world.parts, id, "worker")).rejects.toThrow("OOM");
    await redis.config("SET", "maxmemory", "0");
    const left = await world.store.find(id);
    world.runner.onCommand = async () => undefined;
    await runDeployment(world.parts, id, "worker");

    expect(left?.state).toBe("running");
    expect(await world.store.find(id)).toMatchObject({ state: "succeeded" });
    const fetches = world.runner.commands.filter(({ argv }) => argv.includes("fetch"));
    expect(new Set(fetches.map(({ run }) => run?.id)).size).toBe(1);
  });

  it("has every line of a step during which Redis refused to write", async () => {
    const { redis } = fixture;
    const world = startWorld(async ({ argv }, print) => {
      if (!argv.includes("fetch")) return undefined;
      for (let line = 1; line <= 300; line++) {
        if (line === 100) await redis.config("SET", "maxmemory", "1");
        print(`line ${line}\n`);
        // Time for the log to be refused; what it waits for is the next line.
        if (line === 200) await expect.poll(() => world.refused()).toBe(true);
      }
      await redis.config("SET", "maxmemory", "0");
      return undefined;
    });

    const record = await ran(world);

    const log = (await world.parts.logs.read(record?.id ?? "")).toString();
    expect(record?.state).toBe("succeeded");
    expect(log.match(/^line \d+$/gm)).toHaveLength(300);
    expect(await world.parts.logs.state(record?.id ?? "")).toBe("complete");
  });

  it("reads the output of a step from the host again where Redis has forgotten a part of it", async () => {
    const { redis } = fixture;
    const world = startWorld(async ({ argv }, print) => {
      if (!argv.includes("fetch")) return undefined;
      print("one\n", 4);
      await expect.poll(() => world.parts.logs.read(world.id()).then(String)).toContain("one\n");
      const keys = [`slipway:log:${world.id()}`, `slipway:log:${world.id()}:mark`];
      const kept = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
      print("two\n", 8);
      await expect.poll(() => world.parts.logs.read(world.id()).then(String)).toContain("two\n");
      for (const [index, key] of keys.entries()) await redis.restore(key, 0, kept[index] ?? "", "REPLACE");
      print("three\n", 14);
      return undefined;
    });

    const record = await ran(world);

    const log = (await world.parts.logs.read(record?.id ?? "")).toString();
    expect(world.runner.followed).toMatchObject([{ id: `${record?.id}.3.1`, offset: 4 }]);
    expect(log).toContain("one\nthe end of it\n-- exit code 0\n");
    expect(log).not.toContain("three");
    expect(await world.parts.logs.state(record?.id ?? "")).toBe("complete");
  });

  it("compresses the log once the deployment has ended, and drops the oldest where all take too much", async () => {
    const world = startWorld();
    const first = await ran(world);
    expect(await fixture.redis.exists(`slipway:log:${first?.id}`)).toBe(0);
    expect((await world.parts.logs.read(first?.id ?? "")).toString()).toContain("== web-1: fetch:web-1");
    const { bytes } = await world.parts.logs.usage();
    const id = await queued(world, "2");

    await runDeployment(
      { ...world.parts, config: { ...config, storage: { logs: bytes + 10 } } },
      id,
      "worker",
    );

    expect(await world.parts.logs.state(first?.id ?? "")).toBe("gone");
    expect(await world.parts.logs.state(id)).toBe("complete");
  });

  it("knows what its steps came to also after a Redis that forgot the last second", async () => {
    const world = startWorld();
    const { redis } = fixture;
    const key = async () =>
      (await redis.keys("slipway:deployment:*")).find((name) => name.endsWith(id)) ?? "";
    let kept: Buffer | null = null;
    world.runner.onCommand = async ({ argv }) => {
      if (argv.includes("fetch")) kept = await redis.dumpBuffer(await key());
      if (argv.includes("reset") && kept !== null) await redis.restore(await key(), 0, kept, "REPLACE");
    };
    const id = await queued(world);

    await runDeployment(world.parts, id, "worker");

    const record = await world.store.find(id);
    expect(kept).not.toBeNull();
    expect(record?.state).toBe("succeeded");
    expect(new Set(stepStates(record))).toEqual(new Set(["succeeded"]));
  });

  it("takes the commit that ran before from the last answer, past what a login script prints", async () => {
    const world = startWorld(async ({ argv }, print) => {
      if (argv.includes("check-host")) print(`HEAD is ${"0".repeat(40)}\nHEAD is ${otherSha}\n`);
      return undefined;
    });

    expect((await ran(world))?.before).toEqual({ "web-1": otherSha });
  });

  it("runs once when two workers take it at the same time", async () => {
    const world = startWorld();
    const id = await queued(world);

    await Promise.all(["one", "two", "three"].map((claim) => runDeployment(world.parts, id, claim)));

    const { state } = (await world.store.find(id)) ?? {};
    expect(
      world.runner.commands.filter(({ argv }) => argv[0] === "restart-the-app").length,
    ).toBeLessThanOrEqual(1);
    expect(["succeeded", "indeterminate"]).toContain(state);
  });

  it("does nothing for a deployment that has ended", async () => {
    const world = startWorld();
    const id = await queued(world);
    await runDeployment(world.parts, id, "one");
    const before = world.runner.commands.length;

    await runDeployment(world.parts, id, "two");

    expect(world.runner.commands.length).toBe(before);
    expect(await world.store.find(id)).toMatchObject({ state: "succeeded", claim: "one" });
  });

  it("does nothing for an id that it does not know", async () => {
    const world = startWorld();

    await runDeployment(world.parts, "f".repeat(24), "one");

    expect(world.queues.calls).toEqual([]);
  });

  it("fails a deployment whose environment is not configured any more", async () => {
    const world = startWorld();
    const id = await queued(world);
    const parts = { ...world.parts, config: configWith({ prod: environmentInput() }) };

    await runDeployment(parts, id, "worker");

    expect(await world.store.find(id)).toMatchObject({ state: "failed", failure: { code: "configuration" } });
    expect(world.runner.commands).toEqual([]);
  });

  it("keeps the failing step's last lines, runs the diagnostics and skips the rest", async () => {
    const world = startWorld(async ({ argv }, print) => {
      if (argv[0] === "look-around") print("what is there\n");
      if (argv[0] !== "restart-the-app") return undefined;
      print("it says why\n");
      return { kind: "exited", code: 3 };
    });

    const record = await ran(world);

    expect(record).toMatchObject({
      state: "failed",
      failure: { code: "exited", exitCode: 3 },
      failedStep: "restart:web-1",
    });
    expect(record?.tail).toContain("it says why");
    expect(record?.tail).not.toContain("what is there");
    expect(programs(world.runner.commands).slice(-2)).toEqual(["restart-the-app", "look-around"]);
    expect(stepStates(record)?.slice(-2)).toEqual(["failed", "skipped"]);
    expect((await world.parts.logs.read(record?.id ?? "")).toString()).toContain("what is there");
  });

  it.each([
    ["killed", { kind: "killed", signal: "TERM" }, "failed", { code: "killed", signal: "TERM" }],
    ["timed out", { kind: "timed-out", afterSeconds: 5 }, "failed", { code: "timed-out", seconds: 5 }],
    ["lost", { kind: "lost", reason: "cut" }, "indeterminate", { code: "lost", reason: "cut" }],
    [
      "without its runner",
      { kind: "indeterminate", reason: "killed" },
      "indeterminate",
      { code: "runner-died", reason: "killed" },
    ],
  ] as const)("ends as it should when a step is %s", async (_what, outcome, state, failure) => {
    const world = startWorld(async ({ argv }) => (argv.includes("reset") ? outcome : undefined));

    expect(await ran(world)).toMatchObject({ state, failure, failedStep: "checkout:web-1" });
    expect(programs(world.runner.commands)).not.toContain("restart-the-app");
  });

  it("fails where a host cannot be reached, because nothing was sent", async () => {
    const world = startWorld(async () => {
      throw new HostUnreachableError("web-1", "refused");
    });

    expect(await ran(world)).toMatchObject({
      state: "failed",
      failure: { code: "unreachable", host: "web-1", reason: "refused" },
    });
  });

  it("fails with the words of a host that runs no command, and asks that host nothing more", async () => {
    const notRun = { said: "This account is currently not available.", exitCode: 1 };
    const world = startWorld(async () => {
      throw new HostUnreachableError("web-1", "not-run", { notRun });
    });

    const record = await ran(world);

    expect(record).toMatchObject({ state: "failed", failure: { code: "not-run", host: "web-1", ...notRun } });
    expect(programs(world.runner.commands)).not.toContain("look-around");
  });

  it("is indeterminate when Slipway itself breaks in the middle", async () => {
    const world = startWorld(async ({ argv }) => {
      if (argv.includes("fetch")) throw new TypeError("a fault of ours");
      return undefined;
    });

    expect(await ran(world)).toMatchObject({
      state: "indeterminate",
      failure: { code: "internal", message: "TypeError" },
    });
  });

  it("ends as it would have when announcements cannot be queued", async () => {
    for (let call = 0; call < 12; call++) {
      await fixture.redis.flushall();
      const world = startWorld();
      const id = await queued(world);

      await runDeployment({ ...world.parts, queues: failingAt(world.queues, call, "before") }, id, "worker");

      expect(await world.store.find(id)).toMatchObject({ state: "succeeded" });
    }
  });

  it("tells those who wait that they move up", async () => {
    const world = startWorld();
    const first = await queued(world, "1");
    const second = await queued(world, "2");
    world.queues.announcements.clear();

    await runDeployment(world.parts, first, "worker");

    expect(world.queues.announcements).toContain(second);
  });
});
