import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, startRedis } from "../../sandbox/redis.js";
import type { Action } from "./actions.js";
import { action } from "./arbitrary-actions.js";
import { Model } from "./model.js";
import { InvariantError } from "./oracle.js";
import { play } from "./play.js";
import { reduce } from "./reduce.js";
import { comeToRest } from "./rest.js";

const STEPS = Number(process.env["MODEL_STEPS"] ?? 8_000);
const SEED = Number(process.env["MODEL_SEED"] ?? Date.now() % 0x7fffffff);
const LONGEST = 120;
/** Sequences that run side by side, each in its own database of the same Redis. */
const LANES = 4;

let server: RedisServer;
const connections: Redis[] = [];

beforeAll(async () => {
  server = await startRedis({ appendOnly: false, unixSocket: true });
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await server.stop();
});

interface Totals {
  steps: number;
  sequences: number;
  readonly counts: Map<string, number>;
}

describe("the production path", () => {
  it(
    `keeps its promises over ${STEPS} random steps`,
    async () => {
      const totals: Totals = { steps: 0, sequences: 0, counts: new Map() };
      process.stdout.write(`model seed: ${SEED}\n`);

      await Promise.all(Array.from({ length: LANES }, (_, lane) => playLane(lane, totals)));

      process.stdout.write(`${report(totals)}\n`);
      // What never happens proves nothing.
      const shipped = totals.counts.get("prod succeeded") ?? 0;
      expect(shipped).toBeGreaterThan(totals.steps / 200);
    },
    60_000 + STEPS * 30,
  );
});

async function playLane(lane: number, totals: Totals): Promise<void> {
  const redis = connect(lane);
  const sequences = fc.array(action, { minLength: 20, maxLength: LONGEST, size: "max" });
  const property = fc.asyncProperty(sequences, (actions) => playSequence(redis, actions, totals));
  for (let round = 0; totals.steps < STEPS; round++) {
    const seed = (SEED * 7919 + round * LANES + lane) | 0;
    const found = await fc.check(property, { seed, numRuns: 5, endOnFailure: true });
    if (found.counterexample !== null) return fail(redis, found, found.counterexample[0], totals.steps);
  }
}

/** Says which promise broke, and with how little. */
async function fail(
  redis: Redis,
  { errorInstance, seed, counterexamplePath }: fc.RunDetails<[Action[]]>,
  actions: readonly Action[],
  steps: number,
): Promise<never> {
  if (!(errorInstance instanceof InvariantError)) throw errorInstance;
  const { invariant } = errorInstance;
  let last = errorInstance;
  const smallest = await reduce(actions, async (fewer) => {
    const error = await playSequence(redis, fewer).catch((thrown: unknown) => thrown);
    if (!(error instanceof InvariantError) || error.invariant !== invariant) return false;
    last = error;
    return true;
  });
  const lines = smallest.map((each) => `  ${JSON.stringify(each)}`);
  const where = `after ${steps} steps: seed ${seed}, path ${counterexamplePath}, ${actions.length} actions, reduced to:`;
  throw new Error([invariant, where, ...lines, last.message].join("\n"), { cause: errorInstance });
}

function connect(db: number): Redis {
  const options = { db, maxRetriesPerRequest: null };
  const socket = server.url.startsWith("unix://") ? server.url.slice("unix://".length) : undefined;
  const redis = socket === undefined ? new Redis(server.url, options) : new Redis(socket, options);
  connections.push(redis);
  return redis;
}

async function playSequence(redis: Redis, actions: readonly Action[], totals?: Totals): Promise<void> {
  await redis.flushdb();
  const model = new Model(redis);
  for (const each of actions) {
    await play(model, each);
    if (totals) totals.steps += 1;
  }
  await comeToRest(model);
  if (totals === undefined) return;
  totals.sequences += 1;
  for (const [what, count] of model.counts) totals.counts.set(what, (totals.counts.get(what) ?? 0) + count);
}

function report({ steps, sequences, counts }: Totals): string {
  const lines = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, count]) => `  ${what}: ${count}`);
  return [`${steps} steps in ${sequences} sequences`, ...lines].join("\n");
}
