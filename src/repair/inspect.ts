import type { Redis } from "ioredis";
import type { Target } from "../deployments/record.js";
import { findUnreadable, type Unreadable } from "../deployments/stored-target.js";
import { KEY_KINDS, type KeyKind, type RedisType } from "./key-table.js";

const BATCH = 500;

export interface Finding extends Unreadable {
  readonly expected: RedisType;
  readonly found: string;
  /** Where it belongs to one environment. */
  readonly target?: Target;
}

/** Looks at every key of Slipway, and yields what this version cannot read. Only reads. */
export async function* inspect(redis: Redis): AsyncGenerator<Finding> {
  let cursor = "0";
  do {
    const [next, keys] = await redis.scan(cursor, "MATCH", "slipway:*", "COUNT", BATCH);
    cursor = next;
    for (const key of [...new Set(keys)].sort()) yield* inspectKey(redis, key);
  } while (cursor !== "0");
}

/** One key; nothing for a key that Slipway does not know or that is not there. */
export async function* inspectKey(redis: Redis, key: string): AsyncGenerator<Finding> {
  const kind = KEY_KINDS.find(({ pattern }) => pattern.test(key));
  if (kind === undefined) return;
  const found = await redis.type(key);
  // It may have gone meanwhile.
  if (found === "none") return;
  const target = targetOf(key);
  const about = { key, expected: kind.type, found, ...(target && { target }) };
  if (found !== kind.type) {
    yield { ...about, problem: "wrong-type", ...(await ownerOf(redis, key)) };
    return;
  }
  if (kind.reads !== undefined && !kind.reads(await readValue(redis, key, kind.type))) {
    yield { ...about, problem: "unreadable", ...(await ownerOf(redis, key)) };
  }
  if (kind.readsEntry !== undefined) yield* inspectEntries(redis, kind, about);
  if (target !== undefined && key.startsWith("slipway:environment:")) yield* deadEnds(redis, about, target);
}

/** Ids that lead to no record. */
async function* deadEnds(
  redis: Redis,
  about: Omit<Finding, "problem">,
  target: Target,
): AsyncGenerator<Finding> {
  for (const each of await findUnreadable(redis, target)) {
    if (each.key === about.key && each.problem === "missing-record") yield { ...about, ...each };
  }
}

async function* inspectEntries(
  redis: Redis,
  { readsEntry }: KeyKind,
  about: Omit<Finding, "problem">,
): AsyncGenerator<Finding> {
  for (const [entry, value] of await entriesOf(redis, about.key, about.expected)) {
    if (readsEntry?.(entry, value) !== false) continue;
    const target = about.target ?? targetOfField(entry);
    yield { ...about, entry, problem: "unreadable", ...(target && { target }) };
  }
}

async function readValue(redis: Redis, key: string, type: RedisType): Promise<unknown> {
  return type === "hash" ? redis.hgetall(key) : redis.get(key);
}

async function entriesOf(
  redis: Redis,
  key: string,
  type: RedisType,
): Promise<readonly (readonly [string, string])[]> {
  if (type === "hash") return Object.entries(await redis.hgetall(key));
  if (type === "set") return (await redis.smembers(key)).map((member) => [member, member]);
  const flat = await redis.zrange(key, 0, "-1", "WITHSCORES");
  return flat.flatMap((member, index) => (index % 2 === 0 ? [[member, flat[index + 1] ?? ""]] : []));
}

function targetOf(key: string): Target | undefined {
  const field = /^slipway:(?:environment|bad|health):([^:]+)/.exec(key)?.[1];
  return field === undefined ? undefined : targetOfField(field);
}

function targetOfField(field: string): Target | undefined {
  const [project = "", environment = "", more] = field.split("/");
  if (project === "" || environment === "" || more !== undefined) return undefined;
  return /^[\w.-]+$/.test(project + environment) ? { project, environment } : undefined;
}

/** A record that cannot be read as a whole often still says where it belongs; else the lines of environments tell. */
async function ownerOf(redis: Redis, key: string): Promise<{ readonly target?: Target }> {
  if (!key.startsWith("slipway:deployment:")) return {};
  const id = key.slice("slipway:deployment:".length);
  let cursor = "0";
  do {
    const [next, lines] = await redis.scan(cursor, "MATCH", "slipway:environment:*:all", "TYPE", "zset");
    cursor = next;
    for (const line of lines) {
      const target = targetOf(line);
      if (target !== undefined && (await redis.zscore(line, id)) !== null) return { target };
    }
  } while (cursor !== "0");
  return {};
}

/** The largest number that a readable record or a line of deployments knows; 0 without any. */
export async function largestNumber(redis: Redis): Promise<number> {
  let largest = 0;
  let cursor = "0";
  do {
    const [next, lines] = await redis.scan(cursor, "MATCH", "slipway:environment:*:all", "TYPE", "zset");
    cursor = next;
    for (const line of lines) {
      const [, score] = await redis.zrevrange(line, 0, 0, "WITHSCORES");
      const number = Number(score);
      if (Number.isSafeInteger(number)) largest = Math.max(largest, number);
    }
  } while (cursor !== "0");
  return largest;
}
