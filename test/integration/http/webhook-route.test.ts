import { createHmac } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { Redis } from "ioredis";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { addWebhookRoute, type PushQueue } from "../../../src/github/webhook-route.js";
import { createHttpServer } from "../../../src/http/server.js";
import { Queues, WEBHOOK_QUEUE } from "../../../src/queue.js";
import { Secret } from "../../../src/secret.js";
import { type RedisFixture, startRedisFixture } from "../store/redis-fixture.js";

const logger = pino({ level: "silent" });
const oldSecret = "the old secret";
const newSecret = "the new secret";
const sha = "1234567890abcdef1234567890abcdef12345678";
const payload = {
  ref: "refs/heads/main",
  before: "0".repeat(40),
  after: sha,
  deleted: false,
  forced: false,
  repository: { full_name: "acme/shop", id: 7 },
  pusher: { name: "ada" },
  head_commit: { id: sha, message: "é🚀\n\nmore", author: { name: "Ada" } },
};
const push = {
  repository: "acme/shop",
  repositoryId: 7,
  branch: "main",
  before: "0".repeat(40),
  release: { sha, ref: "main", subject: "é🚀", author: "Ada" },
  pusher: "ada",
  forced: false,
};

let fixture: RedisFixture;
let queues: Queues;
let server: FastifyInstance;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  queues = new Queues(fixture.redis, () => undefined);
  server = serverWith(queues);
});
afterEach(async () => {
  await server.close();
  await queues.close();
});
afterAll(() => fixture.close());

function serverWith(pushes: PushQueue): FastifyInstance {
  const created = createHttpServer({ logger, checks: [] });
  const secrets = [new Secret(newSecret), new Secret(oldSecret)];
  addWebhookRoute(created, { secrets, pushes, follows: async ({ branch }) => branch === "main", logger });
  return created;
}

interface Post {
  readonly body?: string | Buffer;
  readonly secret?: string;
  readonly headers?: Record<string, string | undefined>;
}

function post({ body = JSON.stringify(payload), secret = newSecret, headers = {} }: Post = {}, to = server) {
  const all = {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    ...headers,
  };
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return to.inject({
    method: "POST",
    url: "/webhooks/github",
    payload: body,
    headers: Object.fromEntries(given) as Record<string, string>,
  });
}

const kept = async () => (await queues.get(WEBHOOK_QUEUE).getJobs()).map(({ data }) => data);

describe("a delivery", () => {
  it("is kept, with what it says of the push, before it is acknowledged", async () => {
    const { statusCode } = await post();

    expect(statusCode).toBe(202);
    expect(await kept()).toEqual([{ id: "72d3162e-cc78-11e3-81ab-4c9367dc0958", push }]);
  });

  it("may be signed with either secret while one is changed", async () => {
    expect((await post({ secret: oldSecret })).statusCode).toBe(202);
  });

  it("is kept once however often it comes", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => post()));

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202]);
    expect(await kept()).toHaveLength(1);
  });

  it("of an event that nothing reads is acknowledged and forgotten", async () => {
    const { statusCode } = await post({ headers: { "x-github-event": "issues" } });

    expect(statusCode).toBe(202);
    expect(await kept()).toEqual([]);
  });

  it.each([
    ["of a branch that nothing follows", { ref: "refs/heads/feature" }],
    ["of a tag", { ref: "refs/tags/v1" }],
    ["of a deleted branch", { deleted: true, head_commit: null }],
    ["that is no push at all", { ref: 7 }],
  ])("%s is acknowledged and forgotten", async (_what, changes) => {
    const answer = await post({ body: JSON.stringify({ ...payload, ...changes }) });

    expect(answer.json()).toEqual({ status: "ignored" });
    expect(await kept()).toEqual([]);
  });

  it.each<[string, number, Post]>([
    ["is signed with another secret", 401, { secret: "guess" }],
    ["is empty", 401, { body: "" }],
    ["is not JSON", 400, { body: "{" }],
    ["has no signature", 401, { headers: { "x-hub-signature-256": undefined } }],
    ["has a signature of another kind", 401, { headers: { "x-hub-signature-256": "sha1=abc" } }],
    ["names no event", 400, { headers: { "x-github-event": undefined } }],
    ["names a strange event", 400, { headers: { "x-github-event": "push; push" } }],
    ["has no id", 400, { headers: { "x-github-delivery": undefined } }],
    ["has an id that is a key of Redis", 400, { headers: { "x-github-delivery": "a:b" } }],
    ["is a form", 415, { headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["is text", 415, { headers: { "content-type": "text/plain" } }],
    ["is larger than GitHub sends", 413, { body: Buffer.alloc(25 * 1024 * 1024 + 1, " ") }],
  ])("that %s is refused with %i", async (_what, status, request) => {
    expect((await post(request)).statusCode).toBe(status);
    expect(await kept()).toEqual([]);
  });

  it("is refused when one byte of it was changed", async () => {
    const signature = `sha256=${createHmac("sha256", newSecret).update(JSON.stringify(payload)).digest("hex")}`;

    const { statusCode } = await post({
      body: JSON.stringify({ ...payload, ref: "refs/heads/evil" }),
      headers: { "x-hub-signature-256": signature },
    });

    expect(statusCode).toBe(401);
  });

  it("that cannot be kept is refused with 503, without a word of why", async () => {
    const full = serverWith({ addPush: () => Promise.reject(new Error("OOM command not allowed")) });

    const answer = await post({}, full);

    await full.close();
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain("OOM");
  });

  it("is refused with 503 when Redis is away", async () => {
    const away = new Redis({ port: await claimPort(), maxRetriesPerRequest: null });
    away.on("error", () => undefined);
    const waiting = new Queues(away, () => undefined);
    const lonely = serverWith(waiting);

    const { statusCode } = await post({}, lonely);

    await lonely.close();
    away.disconnect();
    expect(statusCode).toBe(503);
  });
});

describe("the other routes", () => {
  it("answer that the process lives", async () => {
    expect((await server.inject("/healthz")).statusCode).toBe(200);
  });

  it("answer which part is not ready", async () => {
    const checks = [
      { name: "good", ready: () => true },
      { name: "bad", ready: async () => false },
      { name: "broken", ready: () => Promise.reject(new Error("no")) },
    ];
    const other = createHttpServer({ logger, checks });

    const answer = await other.inject("/readyz");

    await other.close();
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({
      status: "not ready",
      parts: { good: true, bad: false, broken: false },
    });
  });

  it("tell nothing of a fault", async () => {
    const other = createHttpServer({ logger, checks: [] });
    other.get("/fault", () => Promise.reject(new Error("a secret detail")));

    const answer = await other.inject("/fault");

    await other.close();
    expect({ status: answer.statusCode, body: answer.body }).toEqual({
      status: 500,
      body: '{"error":"internal error"}',
    });
  });
});
