import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lookUpRunning } from "../../../src/app/look-up-running.js";
import { rollBack, rollBackDeployment } from "../../../src/app/roll-back.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { Sha } from "../../../src/deployments/release.js";
import { stateOf } from "../../../src/discord/messages/host-states.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { configWith, environmentInput, targetOf } from "../deployments/samples.js";
import { ScriptedRunner, type World } from "./ports.js";
import {
  accepted,
  asker,
  deployed,
  newRequestId,
  productionConfig,
  productionWorld,
  reconfigured,
  requested,
} from "./production.js";

const [a, b, c] = ["a", "b", "c"].map((digit) => Sha.parse(digit.repeat(40))) as [Sha, Sha, Sha];
const config = productionConfig();
const uat = targetOf(config, "shop", "uat");

let fixture: RedisFixture;
let world: World;
let runner: ScriptedRunner;
/** The word of the command that fails, and how. */
let fails: { readonly word: string; readonly how: "exits" | "changes nothing" | "out of reach" } | undefined;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  fails = undefined;
  runner = new ScriptedRunner(async ({ argv }) => {
    if (fails === undefined || !argv.includes(fails.word)) return undefined;
    if (fails.how === "out of reach") throw new HostUnreachableError("web-1", "refused");
    return { kind: "exited", code: 1, ...(fails.how === "changes nothing" && { unchanged: true }) };
  });
  world = productionWorld(fixture, config, runner);
});
afterAll(() => fixture.close());

const running = async () => (await lookUpRunning(world.parts, uat)).summary;
const savedPoints = () =>
  runner.commands.filter(({ argv }) => argv.includes("save-rollback-point")).map(({ argv }) => argv.at(-1));

async function failing(sha: Sha, word: string, how: "exits" | "changes nothing" | "out of reach" = "exits") {
  fails = { word, how };
  const record = await deployed(world, sha);
  fails = undefined;
  return record;
}

describe("what runs", () => {
  it("is the release of a deployment that failed after its restart", async () => {
    const health = [{ url: "http://shop.test/health", attempts: 1 }];
    const roles = { deploy: asker.roles };
    world = reconfigured(world, configWith({ uat: environmentInput({ roles, health }) }));
    const unhealthy = { kind: "unhealthy", reason: { code: "timed-out", seconds: 1 }, latencyMs: 1 } as const;
    const parts = { ...world.parts, tools: { ...world.parts.tools, probeStep: async () => unhealthy } };
    await deployed(world, a);
    world = { ...world, parts };
    const failed = await deployed(world, b);

    expect(await running()).toMatchObject({ kind: "release", release: { sha: b } });
    expect(failed).toMatchObject({ state: "failed", failure: { code: "unhealthy" } });
    expect(failed.before).toEqual({ "web-1": a });
  });

  it("stays what it was after deployments that failed before their restart, and so does 'before'", async () => {
    await deployed(world, a);
    const first = await failing(b, "reset");
    const second = await failing(c, "reset");

    expect(await running()).toMatchObject({ kind: "release", release: { sha: a } });
    expect([first.before, second.before]).toEqual([{ "web-1": a }, { "web-1": a }]);
    expect(savedPoints()).toEqual(["", a, a]);
  });

  it("is not known after a restart that failed; the next rollback point is the last certain release", async () => {
    await deployed(world, a);
    await failing(b, "restart");

    expect(await running()).toMatchObject({ kind: "unknown", last: { sha: a } });
    const next = await deployed(world, c);
    expect(savedPoints().at(-1)).toBe(a);
    expect(next.before).toEqual({});
  });

  it("stays what it was after a restart that failed and proved that it changed nothing", async () => {
    await deployed(world, a);
    const failed = await failing(b, "restart", "changes nothing");

    expect(failed).toMatchObject({ state: "failed", failure: { code: "exited", unchanged: true } });
    expect(await running()).toMatchObject({ kind: "release", release: { sha: a } });
  });

  it("stays what it was when the host could not be reached for the restart", async () => {
    await deployed(world, a);
    const failed = await failing(b, "restart", "out of reach");

    expect(await running()).toMatchObject({ kind: "release", release: { sha: a } });
    expect(stateOf(failed.steps)).toBe("files-moved");
  });
});

describe("an environment that was live before Slipway came", () => {
  beforeEach(() => {
    world.heads.set("uat/web-1", { kind: "checkout", release: { sha: a, subject: "Live", author: "Ada" } });
  });

  it("is read once: the first request compares with release 0", async () => {
    const first = await requested(world, { environment: "uat", ref: b });

    expect(first.comparison?.base).toBe(a);
    expect(await running()).toMatchObject({ kind: "release", release: { sha: a }, adopted: true });
  });

  it("can be rolled back to release 0 after its first deployment", async () => {
    const first = await deployed(world, b);

    expect(first.before).toEqual({ "web-1": a });
    expect(savedPoints()).toEqual([a]);
    expect(await pressed(first)).toMatchObject({ kind: "started", record: { release: { sha: a, ref: a } } });
  });

  it("offers release 0 by name", async () => {
    await deployed(world, b);
    const request = { requestId: newRequestId(), person: asker, environment: "uat", to: "release-0" };

    expect(accepted(await rollBack(world.parts, request)).release).toMatchObject({ sha: a, subject: "Live" });
  });

  it("is unknown, and never nothing, where the host does not answer", async () => {
    world.heads.clear();
    await requested(world, { environment: "uat", ref: b });

    expect(await running()).toEqual({ kind: "unknown", last: undefined });
  });

  const pressed = (record: DeploymentRecord) =>
    rollBackDeployment(world.parts, record.id, asker, newRequestId());
});
