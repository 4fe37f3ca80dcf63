import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { decide, decideAll } from "../../../src/health/incidents/decide.js";
import type { MonitorEvent } from "../../../src/health/incidents/event.js";
import { IncidentStore } from "../../../src/health/incidents/incident-store.js";
import {
  ada,
  failingWith,
  MINUTE,
  OK,
  ON_CALL,
  SECOND,
  START,
  targetNamed,
  watching,
} from "../../unit/health/incidents/samples.js";
import { type RedisFixture, startRedisFixture } from "./redis-fixture.js";

const DAY = 24 * 60 * MINUTE;
const watch = watching({ prod: { mention: [ON_CALL] }, uat: {} });

let fixture: RedisFixture;
let store: IncidentStore;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.redis.flushall();
  store = new IncidentStore(fixture.redis);
});

function swept(second: number, checks = failingWith("status"), environment = "prod"): MonitorEvent {
  return { kind: "swept", target: targetNamed(environment), at: START + second * SECOND, checks };
}

function send(event: MonitorEvent, to = store) {
  return to.update((board) => decide(board, event, watch));
}

async function fail(): Promise<string> {
  for (const second of [0, 10, 20, 30]) await send(swept(second));
  const [id] = Object.keys((await store.board()).incidents);
  return id ?? "";
}

async function recover(): Promise<void> {
  for (const second of [90, 100, 110, 210]) await send(swept(second, OK));
}

describe("IncidentStore.update", () => {
  it("keeps the board for another worker, as it was decided", async () => {
    await fail();

    const other = await new IncidentStore(fixture.redis).board();

    expect(other).toEqual(JSON.parse(JSON.stringify(await store.board())));
    expect(Object.keys(other.incidents)).toHaveLength(1);
  });

  it("decides on the newest board, also when another worker changed it", async () => {
    const other = new IncidentStore(fixture.redis);

    for (const second of [0, 20]) {
      await send(swept(second));
      await send(swept(second + 10), other);
    }

    expect(Object.keys((await store.board()).incidents)).toHaveLength(1);
  });

  it("loses nothing when many change it at once", async () => {
    const id = await fail();
    const workers = Array.from({ length: 10 }, () => new IncidentStore(fixture.redis));

    await Promise.all(
      workers.map((worker, index) =>
        send({ kind: "acknowledged", incidentId: id, by: ada, at: START + index }, worker),
      ),
    );

    const edits = (await store.pending()).filter(({ effect }) => effect.kind === "edit");
    expect(edits).toHaveLength(1);
  });

  it("saves what many sweeps change at once", async () => {
    const many = Array.from({ length: 300 }, (_, index) => `e${index}`);
    const crowd = watching(Object.fromEntries(many.map((name) => [name, {}])));
    const events = [0, 10, 20, 30].flatMap((second) =>
      many.map((name) => swept(second, failingWith("status"), name)),
    );

    await store.update((board) => decideAll(board, events, crowd));

    expect(await fixture.redis.hget("slipway:incident:board", "version")).toBe("1");
    expect(Object.keys((await new IncidentStore(fixture.redis).board()).incidents)).toHaveLength(300);
  });

  it("writes nothing where nothing changes", async () => {
    await fail();
    const before = await fixture.redis.hget("slipway:incident:board", "version");

    await send(swept(30));

    expect(await fixture.redis.hget("slipway:incident:board", "version")).toBe(before);
  });

  it("does not take an old board for the newest when it would change nothing", async () => {
    const id = await fail();
    const other = new IncidentStore(fixture.redis);
    await other.board();
    await recover();

    const { closed, effects } = await send(swept(200, OK), other);

    expect([closed, effects]).toEqual([[], []]);
    expect((await other.board()).incidents[id]).toBeUndefined();
  });
});

describe("effects", () => {
  it("wait in their order until each is done", async () => {
    await fail();
    const [first, second, ...others] = await store.pending();

    await store.done(second?.order ?? 0);

    expect(await store.pending()).toEqual([first, ...others]);
    expect(others.map(({ effect }) => effect.kind)).toContain("open");
  });

  it("are not told apart by what they say", async () => {
    const id = await fail();
    const before = (await store.pending()).length;

    await send({ kind: "snoozed", incidentId: id, by: ada, at: START + MINUTE });
    await send({ kind: "snoozed", incidentId: id, by: ada, at: START + 2 * MINUTE });

    expect((await store.pending()).length).toBe(before + 2);
  });

  it("that this version cannot read are dropped", async () => {
    await fixture.redis.zadd("slipway:incident:outbox", 1, "{", 2, '{"effect":{"kind":"dance"}}', 3, "null");

    expect(await store.pending()).toEqual([]);
    expect(await fixture.redis.zcard("slipway:incident:outbox")).toBe(0);
  });
});

describe("an incident that ended", () => {
  it("is found by its id, and among those of its time", async () => {
    const id = await fail();
    await recover();

    const closed = await store.find(id);

    expect(closed).toMatchObject({ id, closedAt: START + 210 * SECOND });
    expect(await store.closed(START, START + DAY)).toEqual([closed]);
    expect(await store.closed(START + DAY, START + 2 * DAY)).toEqual([]);
  });

  it("is kept for 400 days: longer than the months of /stats", async () => {
    const id = await fail();
    await recover();

    const seconds = await fixture.redis.ttl(`slipway:incident:closed:${id}`);

    expect(seconds).toBeGreaterThan(399 * 24 * 3600);
    expect(seconds).toBeLessThanOrEqual(400 * 24 * 3600);
  });

  it("drives out of the index what is older than 400 days, and more than 10,000", async () => {
    const index = "slipway:incident:closed";
    await fixture.redis.zadd(index, START - 401 * DAY, "old");
    const many = Array.from({ length: 10_000 }, (_, at) => [START - at, `id-${at}`]).flat();
    await fixture.redis.zadd(index, ...many);

    const id = await fail();
    await recover();

    expect(await fixture.redis.zcard(index)).toBe(10_000);
    expect(await fixture.redis.zscore(index, "old")).toBeNull();
    expect(await fixture.redis.zscore(index, id)).not.toBeNull();
  });

  it("whose record is gone or cannot be read is left out", async () => {
    const id = await fail();
    await recover();
    await fixture.redis.zadd("slipway:incident:closed", START + 211 * SECOND, "gone");
    await fixture.redis.set(`slipway:incident:closed:odd`, '{"schema":2}');
    await fixture.redis.zadd("slipway:incident:closed", START + 212 * SECOND, "odd");

    expect((await store.closed(START, START + DAY)).map((incident) => incident.id)).toEqual([id]);
    expect(await store.find("odd")).toBeUndefined();
  });
});

describe("an open incident", () => {
  it("is found by its id", async () => {
    const id = await fail();

    expect(await store.find(id)).toMatchObject({ id, members: [{ state: "down" }] });
  });
});

describe("a field of the board that this version cannot read", () => {
  const board = "slipway:incident:board";

  it.each([
    ["environment:shop/uat", "{"],
    ["environment:shop/uat", '{"project":"shop","environment":"prod"}'],
    ["environment:shop/uat", '{"project":"shop","environment":"uat","run":"long"}'],
    ["incident:0123456789abcdef01234567", '{"schema":2}'],
    ["incident:__proto__", "[]"],
    ["summary:x", '"soon"'],
    ["something", "else"],
  ])("(%s: %s) leaves the rest as it is, and goes with the next change", async (field, stored) => {
    const id = await fail();
    await fixture.redis.hset(board, field, stored);
    const fresh = new IncidentStore(fixture.redis);

    expect(Object.keys((await fresh.board()).incidents)).toEqual([id]);
    await send({ kind: "acknowledged", incidentId: id, by: ada, at: START + MINUTE }, fresh);

    expect(await fixture.redis.hget(board, field)).toBeNull();
  });

  it("does not take a failing check with it whose reason a later version knows", async () => {
    const id = await fail();
    const stored = JSON.parse((await fixture.redis.hget(board, `incident:${id}`)) ?? "");
    stored.members[0].failing[0].reason = { code: "eaten-by-a-dog" };
    await fixture.redis.hset(board, `incident:${id}`, JSON.stringify(stored));

    const { members } = (await store.find(id)) ?? {};

    expect(members?.[0]?.failing).toEqual([{ id: failingWith("status")[0]?.id, host: "web-1" }]);
  });
});
