import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RawGateway } from "./raw-gateway.js";
import { restCall } from "./rest-call.js";
import { type Scene, startScene } from "./start-client.js";

let scene: Scene;
let path: string;
let elapsed: number;

/** A clock that stands still unless the test moves it. */
const startedAt = Date.now();

beforeEach(async () => {
  elapsed = 0;
  scene = await startScene({ now: () => startedAt + elapsed });
  path = `/channels/${scene.channel.id}/messages`;
});

afterEach(() => scene.discord.close());

const post = (body: object = { content: "x" }, where = path) => restCall(scene.discord, "POST", where, body);

describe("the limit of a route", () => {
  it("counts down in the headers", async () => {
    const first = await post();
    const second = await post();

    const header = (name: string) => [first.headers.get(name), second.headers.get(name)];
    expect(header("x-ratelimit-limit")).toEqual(["5", "5"]);
    expect(header("x-ratelimit-remaining")).toEqual(["4", "3"]);
    expect(header("x-ratelimit-reset-after")).toEqual(["5.000", "5.000"]);
    expect(header("x-ratelimit-reset")[0]).toBe(((startedAt + 5_000) / 1_000).toFixed(3));
    expect(first.headers.get("x-ratelimit-bucket")).toMatch(/^[0-9a-f]{32}$/);
  });

  it("refuses the sixth message of five seconds and takes it afterwards", async () => {
    for (let sent = 0; sent < 5; sent++) await post();
    elapsed = 1_500;

    const refused = await post();
    elapsed = 5_000;
    const taken = await post();

    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({ message: "You are being rate limited.", retry_after: 3.5, global: false });
    expect(refused.headers.get("retry-after")).toBe("4");
    expect(refused.headers.get("x-ratelimit-scope")).toBe("user");
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
    expect(taken.status).toBe(200);
    expect(scene.discord.invalidRequests).toBe(1);
  });

  it("is each channel's own", async () => {
    const other = scene.discord.addChannel("other");
    for (let sent = 0; sent < 5; sent++) await post();

    const elsewhere = await post({ content: "x" }, `/channels/${other.id}/messages`);

    expect(elsewhere.status).toBe(200);
  });

  it("holds for edits too", async () => {
    const { body } = await post();
    const edit = () => restCall(scene.discord, "PATCH", `${path}/${body["id"]}`, { content: "y" });
    for (let sent = 0; sent < 5; sent++) await edit();

    expect((await edit()).status).toBe(429);
  });
});

describe("the limit over all routes", () => {
  it("refuses the 51st request of a second, but no answer to an interaction", async () => {
    const channels = Array.from({ length: 50 }, (_, n) => scene.discord.addChannel(`c${n}`));
    await Promise.all(channels.map(({ id }) => restCall(scene.discord, "GET", `/channels/${id}`)));

    const refused = await restCall(scene.discord, "GET", "/users/@me");
    const callback = await restCall(scene.discord, "POST", "/interactions/1/x/callback", { type: 4 });
    const followUp = await restCall(scene.discord, "POST", "/webhooks/1/x", { content: "x" });

    expect(refused.status).toBe(429);
    expect(refused.headers.get("x-ratelimit-scope")).toBe("global");
    expect(refused.headers.get("x-ratelimit-global")).toBe("true");
    expect(refused.body).toMatchObject({ global: true });
    expect([callback.body["code"], followUp.body["code"]]).toEqual([10062, 50027]);
  });

  it("is off without rate limits", async () => {
    await scene.discord.close();
    scene = await startScene({ rateLimits: false });
    const where = `/channels/${scene.channel.id}/messages`;

    const answers = await Promise.all(Array.from({ length: 60 }, () => post({ content: "x" }, where)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

describe("too many invalid requests", () => {
  it("block the address for everything", async () => {
    await scene.discord.close();
    scene = await startScene({ limits: { invalidPerTenMinutes: 3 } });
    const me = (token: string) =>
      fetch(`${scene.discord.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${token}` } });
    for (let sent = 0; sent < 3; sent++) await me("wrong");

    const blocked = await me(scene.discord.botToken);

    expect([blocked.status, await blocked.text()]).toEqual([429, "error code: 1015"]);
  });
});

describe("a fault", () => {
  it("answers the next matching request with a status, as often as told", async () => {
    scene.discord.queueFault({
      fault: { kind: "status", status: 503 },
      method: "POST",
      path: /\/messages$/,
      times: 2,
    });

    const other = await restCall(scene.discord, "GET", "/users/@me");
    const statuses = [(await post()).status, (await post()).status, (await post()).status];

    expect([other.status, ...statuses]).toEqual([200, 503, 503, 200]);
    expect(scene.discord.messages(scene.channel.id)).toHaveLength(1);
  });

  it("gives 429 with everything that belongs to it", async () => {
    scene.discord.queueFault({ fault: { kind: "status", status: 429, retryAfterSeconds: 0.2 } });

    const { status, headers, body } = await post();

    expect(status).toBe(429);
    expect(body).toMatchObject({ retry_after: 0.2, global: false });
    expect(headers.get("retry-after")).toBe("1");
    expect(headers.get("x-ratelimit-reset-after")).toBe("0.200");
  });

  it("can hide that the request worked", async () => {
    scene.discord.queueFault({ fault: { kind: "status-after-accepting", status: 500 } });

    const { status } = await post({ content: "done" });

    expect(status).toBe(500);
    expect(scene.discord.messages(scene.channel.id).map(({ content }) => content)).toEqual(["done"]);
  });

  it("can delay an answer", async () => {
    scene.discord.queueFault({ fault: { kind: "delay", milliseconds: 50 } });

    const { status } = await post();

    expect(status).toBe(200);
  });

  it("that delays does not keep the stand-in from closing", async () => {
    scene.discord.queueFault({ fault: { kind: "delay", milliseconds: 600_000 } });
    const pending = post();
    const outcome = expect(pending).rejects.toThrow("fetch failed");

    await scene.discord.close();

    await outcome;
  });

  it("can drop the connection", async () => {
    scene.discord.queueFault({ fault: { kind: "drop-connection" } });

    await expect(post()).rejects.toThrow("fetch failed");

    expect(scene.discord.requests.at(-1)).toMatchObject({ method: "POST", path, status: 0 });
    expect(scene.discord.messages(scene.channel.id)).toEqual([]);
  });

  it("can close the gateway, now or once it is there", async () => {
    scene.discord.queueFault({ fault: { kind: "close-gateway", code: 4000 } });

    const gateway = await RawGateway.connect(scene.discord);
    gateway.identify(scene.discord.botToken);

    expect(await gateway.closed).toBe(4000);
  });

  it("can be taken back", async () => {
    scene.discord.queueFault({ fault: { kind: "status", status: 500 }, times: 9 });

    scene.discord.clearFaults();

    expect((await post()).status).toBe(200);
  });
});

describe("the request log", () => {
  it("holds method, path, query, status and body, and never the token", async () => {
    await post({ content: "hello" }, `${path}?a=1`);

    const [record] = scene.discord.requests;

    expect(record).toMatchObject({
      method: "POST",
      path,
      query: "a=1",
      status: 200,
      body: { content: "hello" },
    });
    expect(JSON.stringify(scene.discord.requests)).not.toContain(scene.discord.botToken);
  });
});

describe("a message that is created again", () => {
  const once = { content: "x", nonce: "run-1", enforce_nonce: true };

  it("with an enforced nonce is the one made before", async () => {
    const first = await post(once);

    const second = await post({ ...once, content: "y" });

    expect(second.body["id"]).toBe(first.body["id"]);
    expect(scene.discord.messages(scene.channel.id).map(({ content }) => content)).toEqual(["x"]);
  });

  it.each([
    ["without enforce_nonce", { content: "x", nonce: "run-1" }, 0],
    ["with another nonce", { ...once, nonce: "run-2" }, 0],
    ["some minutes later", once, 5 * 60_000 + 1],
  ])("%s is a second one", async (_, body, wait) => {
    await post(once);
    elapsed = wait;

    await post(body);

    expect(scene.discord.messages(scene.channel.id)).toHaveLength(2);
  });
});

describe("mentions", () => {
  it.each<[string, object | undefined, (ids: { person: string; role: string }) => readonly string[]]>([
    ["without allowed mentions", undefined, ({ person, role }) => [person, role, "everyone", "here"]],
    ["with nothing allowed", { parse: [] }, () => []],
    ["with people allowed", { parse: ["users"] }, ({ person }) => [person]],
    ["with roles allowed", { parse: ["roles"] }, ({ role }) => [role]],
    ["with everyone allowed", { parse: ["everyone"] }, () => ["everyone", "here"]],
    ["with others allowed", { users: ["1"] }, () => []],
  ])("%s", async (_, allowed_mentions, expected) => {
    const person = scene.person.id;
    const role = scene.discord.addRole("ops").id;
    const content = `<@${person}> <@&${role}> @everyone @here`;

    await post({
      content,
      embeds: [{ description: content }],
      ...(allowed_mentions ? { allowed_mentions } : {}),
    });

    expect(scene.discord.messages(scene.channel.id)[0]?.pinged).toEqual(expected({ person, role }));
  });

  it("in embeds notify nobody", async () => {
    await post({ embeds: [{ description: `<@${scene.person.id}> @everyone` }] });

    expect(scene.discord.messages(scene.channel.id)[0]?.pinged).toEqual([]);
  });

  it("in texts of components notify", async () => {
    await post({ flags: 32_768, components: [{ type: 10, content: `<@${scene.person.id}>` }] });

    expect(scene.discord.messages(scene.channel.id)[0]?.pinged).toEqual([scene.person.id]);
  });

  it("of an edit notify nobody", async () => {
    const { body } = await post();

    await restCall(scene.discord, "PATCH", `${path}/${body["id"]}`, { content: "@everyone" });

    expect(scene.discord.messages(scene.channel.id)[0]?.pinged).toEqual([]);
  });
});

describe("waiting", () => {
  it("ends with the first message that fits, now or later", async () => {
    const later = scene.discord.waitForMessage(scene.channel.id, ({ content }) => content === "b");
    await post({ content: "a" });
    await post({ content: "b" });

    const now = await scene.discord.waitForMessage(scene.channel.id, ({ content }) => content === "a");

    expect([(await later).content, now.content]).toEqual(["b", "a"]);
  });

  it("fails with what is there instead", async () => {
    await post({ content: "a" });

    const waiting = scene.discord.waitForMessage(scene.channel.id, () => false, { timeoutMs: 10 });

    await expect(waiting).rejects.toThrow('"content": "a"');
  });

  it("ends when the stand-in closes", async () => {
    const waiting = scene.discord.waitForMessage(scene.channel.id, () => false, { timeoutMs: 60_000 });
    const outcome = expect(waiting).rejects.toThrow("was closed");

    await scene.discord.close();

    await outcome;
  });

  it("is not needed by those who listen to changes", async () => {
    const seen: string[] = [];
    const stop = scene.discord.onChange(({ kind }) => seen.push(kind));
    await post();
    stop();
    await post();

    expect(seen).toEqual(["message"]);
  });
});
