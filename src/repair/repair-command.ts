import type { Redis } from "ioredis";
import { AuditLog } from "../audit/audit-log.js";
import { type RedisPlace, useRedis } from "../audit/open-redis.js";
import { setAside } from "../deployments/quarantine.js";
import { type Finding, inspect, largestNumber } from "./inspect.js";

/** What `slipway repair` answers to the shell. */
const EXIT = { ok: 0, found: 1, usage: 2 } as const;
const NUMBER_KEY = "slipway:deployment-number";

export interface RepairOptions extends RedisPlace {
  /** Moves what cannot be read; without it, it is only listed. */
  readonly apply: boolean;
  /** @defaultValue standard output */
  readonly output?: NodeJS.WritableStream;
  /** @defaultValue standard error */
  readonly errors?: NodeJS.WritableStream;
}

/**
 * `slipway repair [--apply]`: lists what this version cannot read in Redis; with `--apply`, moves it to quarantine keys.
 * @returns 0 when all can be read or was set aside, 1 when something was only listed, 2 when Redis cannot be read
 */
export async function repair(options: RepairOptions): Promise<number> {
  const { output = process.stdout, errors = process.stderr } = options;
  const say = (line: string) => void output.write(`${line}\n`);
  try {
    return await useRedis(options, (redis) => repairIn(redis, options.apply, say));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    errors.write(`Redis could not be read: ${error.message}\n`);
    return EXIT.usage;
  }
}

async function repairIn(redis: Redis, apply: boolean, say: (line: string) => void): Promise<number> {
  const findings: Finding[] = [];
  for await (const finding of inspect(redis)) findings.push(finding);
  if (findings.length === 0) {
    say("Everything can be read.");
    return EXIT.ok;
  }
  for (const finding of findings) say(describe(finding));
  if (!apply) {
    say(
      `\n${count(findings.length)} cannot be read. Nothing was changed. To set it aside: slipway repair --apply`,
    );
    return EXIT.found;
  }
  const at = Date.now();
  const moved: string[] = [];
  for (const finding of findings) moved.push(...(await setAside(redis, [finding], at, finding.target)));
  await restoreNumber(redis);
  await writeDown(redis, moved, say);
  say(
    `\nMoved to quarantine; nothing was deleted:\n${[...new Set(moved)].map((key) => `  ${key}`).join("\n")}`,
  );
  return EXIT.ok;
}

/** Numbers must not come twice: the count goes on after the largest that was given out. */
async function restoreNumber(redis: Redis): Promise<void> {
  const largest = await largestNumber(redis);
  if (largest > 0) await redis.set(NUMBER_KEY, String(largest), "NX");
}

async function writeDown(redis: Redis, moved: readonly string[], say: (line: string) => void): Promise<void> {
  const entry = {
    action: "unlock",
    actor: { kind: "slipway" },
    source: "cli",
    details: { of: "repair", moved: moved.length, keys: moved.join(" ") },
  } as const;
  await new AuditLog(redis)
    .append(entry)
    .catch((error: unknown) => say(`The audit log did not take an entry of this: ${String(error)}`));
}

function describe({ key, entry, problem, expected, found, target }: Finding): string {
  const where = target === undefined ? "shared" : `${target.project}/${target.environment}`;
  const what =
    entry === undefined ? JSON.stringify(key) : `${JSON.stringify(key)} entry ${JSON.stringify(entry)}`;
  const why =
    problem === "wrong-type" ? `is a ${found} and should be a ${expected}` : "cannot be read by this version";
  return `${where}: ${what} ${why}`;
}

function count(number: number): string {
  return number === 1 ? "1 entry" : `${number} entries`;
}
