/**
 * A model of the production path: random people, clicks, clocks, refs, configurations, faults, killed workers and
 * repeated jobs play against the real use cases, with the real stores on a real Redis. The oracle judges the steps
 * that really ran on hosts, and computes every gate a second time from the world alone.
 *
 * `MODEL_STEPS` is how many actions are played (8,000 without it; the gate plays 4,000), `MODEL_SEED` repeats a run.
 * A failure is reduced to the few actions that it needs.
 *
 * Does it bite? Each of these was taken out of a copy of the source, one at a time, and `MODEL_SEED=1` then failed
 * with this invariant after about so many steps:
 *
 *     verification before the run     ran: roles that nobody can read count as lost              133
 *     verification at the click       approved: a branch that nobody can read counts as moved    426
 *     asking for an approval at all   an approval for everything on a protected environment       26
 *     roles read again                an approval for everything on a protected environment    1,680
 *     stricter configuration since    an approval for everything on a protected environment    1,397
 *     plan hash                       approved: the plan is what was shown                       412
 *     moved branch                    ran: the commit is still the branch's                      966
 *     environment order               only what runs, validated, on the environment before         7
 *     checks of the source            only what runs, validated, on the environment before     1,455
 *     lock gate                       admitted: no lock stops it                                 257
 *     freeze gate                     admitted: no freeze stops it                               490
 *     outdated gate                   nothing outdated where it is refused                       716
 *     role gate                       admitted: the requester has the role                       513
 *     compare-and-set of an approval  nobody approves what is approved already                    20
 *     compare-and-set of every save   nobody approves what is approved already                    20
 *     own request                     an approval for everything on a protected environment    1,261
 *     exact word                      an approval for everything on a protected environment      473
 *     expiry                          an approval for everything on a protected environment    1,215
 *     approver's role                 an approval for everything on a protected environment      703
 *     quorum                          an approval for everything on a protected environment       87
 *     the same person twice           an approval for everything on a protected environment    2,465
 *     the environment's own lock      what runs holds its environment                            797
 *     letting go only at the end      what runs holds its environment                             34
 *     interrupted runs do not resume  no step runs twice                                         246
 *     cancelled is final              nobody approves what is approved already                 1,192
 *
 * And each of these lies was planted in what people read:
 *
 *     "not changed" after a restart            what a deployment's message says is so           1,632
 *     a failed checkout called a moved one     what a deployment's message says is so           7,829
 *     its own commit as what ran before        what a deployment's message says is so           3,426
 *     the last certain release as what runs    what /status says is so                            896
 *     nothing of a checkout that is elsewhere  what /status says is so                             89
 *     a step's own move as one by hand         what /status says is so                            526
 *     the last deployment as what brought it   what /status says is so                            254
 *     a failed restart as the last certain one what /status says is so                          4,422
 */
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
    60_000 + STEPS * 40,
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

/** What became of production. */
function report({ steps, sequences, counts }: Totals): string {
  const production = [...counts]
    .filter(([what]) => what.startsWith("prod "))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = production.map(([what, count]) => `${what.slice("prod ".length)} ${count}`);
  return `${steps} steps in ${sequences} sequences; prod: ${parts.join(", ")}`;
}
