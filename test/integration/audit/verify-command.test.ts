import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Redis } from "ioredis";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AuditLog } from "../../../src/audit/audit-log.js";
import { exportAudit, verifyAudit } from "../../../src/audit/verify-command.js";
import { startEmbeddedRedis } from "../../../src/redis/embedded.js";
import { Secret } from "../../../src/secret.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";
import { anEntry } from "./entries.js";

let fixture: RedisFixture;
let directory: string;
let file: string;

beforeEach(async () => {
  fixture = await startRedisFixture();
  directory = await mkdtemp(join(tmpdir(), "slipway-audit-"));
  file = join(directory, "export.jsonl");
});
afterEach(async () => {
  await fixture.close();
  await rm(directory, { recursive: true, force: true });
});

class Collected extends Writable {
  text = "";
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

type Run = Partial<Parameters<typeof verifyAudit>[0]>;

async function run(command: typeof verifyAudit | typeof exportAudit, options: Run = {}) {
  const [output, errors] = [new Collected(), new Collected()];
  const redisUrl = new Secret(fixture.server.url);
  const code = await command({ redisUrl, dataDirectory: directory, output, errors, ...options });
  return { code, output: output.text, errors: errors.text };
}

async function append(count: number): Promise<void> {
  const log = new AuditLog(fixture.redis);
  for (let index = 0; index < count; index++) await log.append(anEntry());
  await log.seal();
}

describe("slipway audit verify", () => {
  it("answers 0 for an intact log and names its head", async () => {
    await append(3);

    const { code, output } = await run(verifyAudit);

    expect(code).toBe(0);
    expect(output).toMatch(/^Intact: 3 entries\. The last is 3, with the hash [0-9a-f]{64}\.\n$/);
  });

  it("answers 1 for a broken log and names the first bad entry", async () => {
    await append(3);
    await fixture.redis.xdel("slipway:audit:entries", "2-0");

    expect(await run(verifyAudit)).toEqual({
      code: 1,
      output: "BROKEN at entry 2: it is not in its place; a later entry is.\n",
      errors: "",
    });
  });

  it("answers 2 where Redis cannot be reached", async () => {
    await fixture.server.kill();

    const { code, output, errors } = await run(verifyAudit);

    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toContain("The audit log could not be read");
  });

  it("takes an export, and finds what was changed in it", async () => {
    await append(3);
    const { output: exported } = await run(exportAudit);
    await writeFile(file, exported);
    const intact = await run(verifyAudit, { file });
    await writeFile(file, exported.replace("ada", "eve"));
    const broken = await run(verifyAudit, { file });

    expect([intact.code, broken.code]).toEqual([0, 1]);
    expect(broken.output).toContain("BROKEN at entry 1");
  });

  it.each([
    ["is missing", async () => undefined],
    ["is no export", () => writeFile(file, "hello\n")],
    ["is empty", () => writeFile(file, "")],
  ])("answers 2 for a file that %s", async (_what, prepare) => {
    await prepare();

    const { code, output, errors } = await run(verifyAudit, { file });

    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).toContain("export.jsonl");
  });
});

describe("slipway audit export", () => {
  it("writes every entry of a long log", async () => {
    await Promise.all(
      [new AuditLog(fixture.redis)].flatMap((log) =>
        Array.from({ length: 1_100 }, () => log.append(anEntry())),
      ),
    );

    const { code, output } = await run(exportAudit);

    expect(code).toBe(0);
    expect(output.trimEnd().split("\n")).toHaveLength(1_101);
  });
});

describe("without REDIS_URL", () => {
  const embedded = () => startEmbeddedRedis(directory, pino({ level: "silent" }));
  const appendTo = async (url: Secret) => {
    const redis = new Redis(url.reveal().replace("unix://", ""));
    await new AuditLog(redis).append(anEntry());
    redis.disconnect();
  };

  it("the log of a Slipway that runs is read", async () => {
    const running = await embedded();
    await appendTo(running.url);

    const { code, output } = await run(verifyAudit, { redisUrl: undefined });
    await running.stop();

    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining("1 entry.") });
  });

  it("the log of a Slipway that was stopped is read", async () => {
    const stopped = await embedded();
    await appendTo(stopped.url);
    await stopped.stop();

    const first = await run(verifyAudit, { redisUrl: undefined });
    const second = await run(exportAudit, { redisUrl: undefined });

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.output).toContain("1 entry.");
    expect(second.output.split("\n")[1]).toContain('"sequence":1');
  });
});
