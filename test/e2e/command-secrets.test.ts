import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/start-sandbox.js";
import { LogStore } from "../../src/deployments/log-store.js";
import { argumentFiles, filesBelow, filesHolding } from "../integration/execution/durable/find-text.js";
import { startSandbox } from "./start-sandbox.js";
import { deploy, Gate, messageSaying } from "./support.js";

const DATABASE = "postgres://shop:it's $(no) `word`@db/shop?x=<1>&y";
const DUMP = "a-password-of-the-backup";
/** Its command prints it: that lies on the host, in the log of the run, and nowhere else. */
const PRINTED = `github_pat_${"1aB2cD3eF4".repeat(8)}`;

describe("the secrets of commands", () => {
  let sandbox: Sandbox;
  let directory: string;
  let gate: Gate;
  const arrived = (name: string) => join(directory, `arrived-${name}`);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "slipway-command-secrets-"));
    const waiting = Gate.in(directory, "migration");
    gate = waiting.gate;
    const note = 'printf %s "$SECRET" | sha256sum > "$1"';
    const shell = (script: string, name: string) => ["sh", "-c", script, "script", arrived(name)];
    const before = waiting.settings.strategy?.["before"];
    const [hold] = Array.isArray(before) ? (before as { run: string[] }[]) : [];
    sandbox = await startSandbox({
      discord: { limits: { identifyIntervalMs: 50 } },
      env: { SHOP_DATABASE: DATABASE, SHOP_DUMP: DUMP, SHOP_TOKEN: PRINTED },
      environments: {
        uat: {
          health: [],
          backup: {
            run: shell(note, "backup"),
            artifact: arrived("backup"),
            secrets: { SECRET: { variable: "SHOP_DUMP" } },
          },
          strategy: {
            before: [
              {
                run: shell(note, "before"),
                secrets: { SECRET: { variable: "SHOP_DATABASE" } },
              },
              {
                run: ["sh", "-c", 'echo "it is $TOKEN"; printf "user:%s" "$TOKEN" | base64'],
                secrets: { TOKEN: { variable: "SHOP_TOKEN" } },
              },
              { ...hold, secrets: { SECRET: { variable: "SHOP_DATABASE" } } },
              { run: shell('(printenv SECRET || echo nothing) > "$1"', "other") },
            ],
          },
        },
      },
    });
  });

  afterAll(async () => {
    await sandbox?.close();
    await rm(directory, { recursive: true });
  });

  it("reach their commands and nothing else: no argument, no file, not Redis, no log, no message", async () => {
    const redis = new Redis(sandbox.redis.url);
    const written: string[] = [];
    const monitor = await redis.monitor();
    monitor.on("monitor", (_time: string, words: readonly string[]) => written.push(words.join(" ")));

    await deploy(sandbox);
    await expect.poll(() => readFile(arrived("before"), "utf8").catch(String)).toContain(sha256(DATABASE));
    const runs = join(sandbox.host.home, ".slipway", "runs");
    const waiting = () => filesHolding(join(directory, "gate-migration"), argumentFiles());
    await expect.poll(waiting).not.toEqual([]);
    const whileItRuns = holdingSecrets([...argumentFiles(), ...filesBelow(sandbox.host.directory)]);
    await gate.open();
    const message = await messageSaying(sandbox, 1, "succeeded ✅");
    const [id = ""] = readdirSync(runs)[0]?.split(".") ?? [];
    const log = (await new LogStore(redis).read(id)).toString();
    monitor.disconnect();
    redis.disconnect();

    expect(await readFile(arrived("backup"), "utf8")).toContain(sha256(DUMP));
    expect(await readFile(arrived("other"), "utf8")).toBe("nothing\n");
    expect(whileItRuns).toEqual([]);
    expect(holdingSecrets(filesBelow(sandbox.host.directory))).toEqual([]);
    expect(log).toMatch(/it is \[redacted\]\n\S{0,7}\[redacted\]/);
    expect(written.length).toBeGreaterThan(0);
    const told = [written.join("\n"), log, JSON.stringify(message), sandbox.bot.output()].join("\n");
    expect([DATABASE, DUMP, PRINTED].filter((secret) => told.includes(secret))).toEqual([]);
  });
});

function holdingSecrets(files: readonly string[]): readonly string[] {
  return [DATABASE, DUMP].flatMap((secret) => filesHolding(secret, files));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
