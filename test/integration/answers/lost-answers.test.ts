import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type RedisLink, startRedisLink, type Verdict } from "../../../sandbox/redis-link.js";
import { isWriteRefused } from "../../../src/changes/changes.js";
import { ScriptedRunner, type World } from "../../unit/app/ports.js";
import { APPROVE_ROLE, DEPLOY_ROLE, productionWorld } from "../../unit/app/production.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";
import { comparable, stateOf, USE_CASES, type UseCase } from "./use-cases.js";

const roles = { deploy: [DEPLOY_ROLE], approve: [APPROVE_ROLE] };
const strategy = { type: "git", directory: "/srv/shop", restart: { run: ["restart-the-app"] } };
const config = configWith({
  uat: environmentInput({ roles, strategy }),
  prod: environmentInput({ roles, strategy, approval: {} }),
});
const MOST_WRITES = 200;
/** Deliveries of one job: the first, and those after Redis takes writes again. */
const DELIVERIES = 5;

let fixture: RedisFixture;
let link: RedisLink;
/** Over the link. */
let redis: Redis;

beforeAll(async () => {
  fixture = await startRedisFixture();
  link = await startRedisLink(fixture.server.port);
});
afterAll(async () => {
  await link.close();
  await fixture.close();
});
beforeEach(async () => {
  redis = new Redis(link.port, { maxRetriesPerRequest: null, retryStrategy: () => 1 });
  redis.on("error", () => undefined);
  await redis.ping();
});
afterEach(() => redis.disconnect());

/** The use case once, in a Redis of its own. @param onWrite told the number of each write, from 1 on */
async function play(useCase: UseCase, onWrite: (number: number) => Verdict | Promise<Verdict>) {
  link.onWrite(undefined);
  await fixture.redis.flushall();
  const runner = useCase.runner?.() ?? new ScriptedRunner(async () => undefined);
  const direct = productionWorld(fixture, config, runner);
  const world = productionWorld({ ...fixture, redis }, config, runner);
  const id = await useCase.prepare(direct, fixture);
  const before = await stateOf(direct);
  let writes = 0;
  link.onWrite(() => onWrite(++writes));
  const outcome = await attempt(useCase, world, id, { ...fixture, redis });
  link.onWrite(undefined);
  await fixture.redis.config("SET", "maxmemory", "0");
  return { outcome, before, after: await stateOf(direct), writes };
}

type Outcome = { readonly answer: unknown } | { readonly error: unknown };

async function attempt(useCase: UseCase, world: World, id: string, linked: RedisFixture): Promise<Outcome> {
  let error: unknown;
  for (let delivery = 1; delivery <= (useCase.isJob ? DELIVERIES : 1); delivery++) {
    try {
      return { answer: await useCase.act(world, id, linked) };
    } catch (thrown) {
      error = thrown;
    }
  }
  return { error };
}

const carry = (): Verdict => "carry";

describe.each(Object.entries(USE_CASES))("%s", (_name, useCase) => {
  it("comes to the same, whichever answer of Redis is lost", { timeout: 120_000 }, async () => {
    const undisturbed = await play(useCase, carry);
    const wanted = comparable([undisturbed.outcome, undisturbed.after]);
    expect(undisturbed.outcome).toHaveProperty("answer");
    if (useCase.ends !== undefined) expect(undisturbed.after.records[0]?.state).toBe(useCase.ends);
    expect(undisturbed.writes).toBeGreaterThan(0);
    expect(undisturbed.writes).toBeLessThan(MOST_WRITES);

    for (let lost = 1; lost <= undisturbed.writes; lost++) {
      const played = await play(useCase, (number) => (number === lost ? "lose" : "carry"));

      expect(comparable([played.outcome, played.after]), `answer ${lost} is lost`).toBe(wanted);
    }
  });

  it("happens or does not, as it is said, whichever write Redis refuses", { timeout: 120_000 }, async () => {
    const undisturbed = await play(useCase, carry);
    const wanted = withoutDeliveries(undisturbed.after);

    for (let refused = 1; refused <= undisturbed.writes; refused++) {
      const played = await play(useCase, async (number): Promise<Verdict> => {
        if (number === refused) await fixture.redis.config("SET", "maxmemory", "1");
        if (number === refused + 1) await fixture.redis.config("SET", "maxmemory", "0");
        return "carry";
      });

      const where = `write ${refused} is refused`;
      if ("error" in played.outcome) {
        expect(isWriteRefused(played.outcome.error), where).toBe(true);
        expect(comparable(played.after), where).toBe(comparable(played.before));
      } else {
        expect(withoutDeliveries(played.after), where).toBe(wanted);
      }
    }
  });
});

/** A job that was delivered again says so, and goes on under another version of the record. */
function withoutDeliveries({ records, audit, locks }: Awaited<ReturnType<typeof stateOf>>) {
  const states = records.map(({ id, state, steps, failure }) => ({ id, state, steps, failure }));
  return comparable({ states, audit: audit.filter((entry) => !entry.includes('"resumed"')), locks });
}
