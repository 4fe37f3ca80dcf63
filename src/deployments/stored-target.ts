import type { Redis } from "ioredis";
import { isWrongType } from "../wrong-type.js";
import { DeploymentRecord, type Target } from "./record.js";

/** Something in Redis that this version of Slipway cannot read. */
export interface Unreadable {
  readonly key: string;
  /** The member or the field, where the rest of the key can be read. */
  readonly entry?: string;
  readonly problem: "wrong-type" | "unreadable" | "missing-record";
}

/** So many of the newest records decide what is done next: what runs, what can be rolled back to. */
const NEWEST = 25;
const ID = /^[0-9a-f]{24}$/;

/** A set of `["PROJECT","ENVIRONMENT"]`: every environment that ever had a deployment. */
export const TARGETS_KEY = "slipway:environments";

export function recordKey(id: string): string {
  return `slipway:deployment:${id}`;
}

export function environmentKey({ project, environment }: Target, which: "all" | "open" | "current"): string {
  return `slipway:environment:${project}/${environment}:${which}`;
}

/** Reads the hash of a record. @throws Error for what is none */
export function parseRecord(stored: unknown): DeploymentRecord {
  const { record, number, version } = stored as Record<string, string>;
  const fields: unknown = JSON.parse(record ?? "null");
  return DeploymentRecord.parse({ ...(fields as object), number: Number(number), version: Number(version) });
}

/** All that decides about one environment and cannot be read. Nothing is deployed there until it was set aside. */
export async function findUnreadable(redis: Redis, target: Target): Promise<readonly Unreadable[]> {
  const [all, open] = [environmentKey(target, "all"), environmentKey(target, "open")];
  const [current, bad] = [
    environmentKey(target, "current"),
    `slipway:bad:${target.project}/${target.environment}`,
  ];
  const field = `${target.project}/${target.environment}`;
  const answers = await redis
    .pipeline()
    .zrevrange(all, 0, NEWEST - 1)
    .zrange(open, 0, "-1")
    .get(current)
    .hlen(bad)
    .hget(HOLDS, field)
    .exec();
  const found = [all, open, current, bad, HOLDS].map((key, index) => ({ key, answer: answers?.[index] }));
  const wrong = found.flatMap(({ key, answer }) => wrongType(key, answer?.[0]));
  const listed = found
    .slice(0, 2)
    .flatMap(({ key, answer }) => texts(answer?.[1]).map((id) => ({ key, id })));
  const single = [found[2], found[4]].flatMap((each) =>
    typeof each?.answer?.[1] === "string"
      ? [{ key: each.key, id: each.answer[1], ...(each.key === HOLDS && { field }) }]
      : [],
  );
  return [...wrong, ...(await unreadableRecords(redis, [...listed, ...single]))];
}

const HOLDS = "slipway:lock:deployments";

interface Listed {
  readonly key: string;
  readonly id: string;
  readonly field?: string;
}

async function unreadableRecords(redis: Redis, listed: readonly Listed[]): Promise<readonly Unreadable[]> {
  const ids = [...new Set(listed.map(({ id }) => id))];
  const known = ids.filter((id) => ID.test(id));
  const problems = new Map<string, Unreadable["problem"]>(
    ids.filter((id) => !ID.test(id)).map((id) => [id, "unreadable"]),
  );
  const pipeline = redis.pipeline();
  for (const id of known) pipeline.hgetall(recordKey(id));
  const answers = known.length === 0 ? [] : ((await pipeline.exec()) ?? []);
  known.forEach((id, index) => {
    const problem = problemOf(answers[index]);
    if (problem !== undefined) problems.set(id, problem);
  });
  // A record is named once by its own key; what is no id, or leads nowhere, by where it stands.
  const byKey = new Map<string, Unreadable>();
  for (const { key, id, field } of listed) {
    const problem = problems.get(id);
    if (problem === undefined) continue;
    // A holder without a record holds nothing: the next deployment takes over from it.
    if (field !== undefined && problem === "missing-record") continue;
    const inPlace = !ID.test(id) || problem === "missing-record";
    const found = inPlace ? { key, entry: field ?? id, problem } : { key: recordKey(id), problem };
    byKey.set(`${found.key} ${inPlace ? id : ""}`, found);
  }
  return [...byKey.values()];
}

function problemOf(answer: [Error | null, unknown] | undefined): Unreadable["problem"] | undefined {
  const [error, stored] = answer ?? [];
  if (error) return isWrongType(error) ? "wrong-type" : fail(error);
  if (stored === undefined || Object.keys(stored as object).length === 0) return "missing-record";
  try {
    parseRecord(stored);
    return undefined;
  } catch {
    return "unreadable";
  }
}

function wrongType(key: string, error: Error | null | undefined): readonly Unreadable[] {
  if (!error) return [];
  return isWrongType(error) ? [{ key, problem: "wrong-type" }] : fail(error);
}

function fail(error: Error): never {
  throw error;
}

function texts(answer: unknown): readonly string[] {
  return Array.isArray(answer) ? answer.filter((text) => typeof text === "string") : [];
}
