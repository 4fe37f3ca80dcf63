import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";
import { Webhooks } from "@octokit/webhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Fixture, shop, startFixture } from "./github-fixture.js";

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

describe("deliveries", () => {
  let fixture: Fixture;
  let hook: Server;
  let url: string;
  let received: Received[];
  /** Answers nothing where it is null. */
  let answer: { status: number; headers?: Record<string, string> } | null;

  beforeEach(async () => {
    fixture = await startFixture();
    received = [];
    answer = { status: 202 };
    hook = createServer(async (request, response) => {
      received.push({ method: request.method, headers: request.headers, body: await buffer(request) });
      hook.emit("received");
      if (answer) response.writeHead(answer.status, answer.headers).end("accepted");
    });
    hook.listen(0, "127.0.0.1");
    await once(hook, "listening");
    const address = hook.address();
    if (address === null || typeof address === "string") throw new Error("The hook has no port");
    url = `http://127.0.0.1:${address.port}/hook`;
  });
  afterEach(async () => {
    await fixture.github.close();
    hook.closeAllConnections();
    hook.close();
  });

  const last = (): Received => {
    const delivery = received.at(-1);
    if (!delivery) throw new Error("Nothing was delivered");
    return delivery;
  };
  const isGenuine = async (secret: string, { body, headers }: Received): Promise<boolean> =>
    await new Webhooks({ secret }).verify(body.toString("utf8"), String(headers["x-hub-signature-256"]));

  it("carry the headers of GitHub", async () => {
    const result = await fixture.github.deliver(url, "ping", { zen: "é" });
    expect(last()).toMatchObject({
      method: "POST",
      headers: {
        "x-github-event": "ping",
        "x-github-delivery": result.deliveryId,
        "x-github-hook-id": expect.stringMatching(/^\d+$/),
        "user-agent": expect.stringMatching(/^GitHub-Hookshot\//),
        "content-type": "application/json",
      },
    });
    expect(result).toMatchObject({ status: 202, body: "accepted" });
  });

  it("are signed so that @octokit/webhooks takes them", async () => {
    await fixture.github.deliver(url, "ping", { zen: "é" });
    expect(await isGenuine(fixture.github.webhookSecret, last())).toBe(true);
    expect(await isGenuine("another", last())).toBe(false);
  });

  it("are signed with another secret on demand", async () => {
    await fixture.github.deliver(url, "ping", {}, { secret: "another" });
    expect(await isGenuine("another", last())).toBe(true);
  });

  it("carry a given id and nothing but a given signature", async () => {
    await fixture.github.deliver(url, "ping", {}, { deliveryId: "one", signature: "sha256=00" });
    const { headers } = last();
    expect(headers["x-github-delivery"]).toBe("one");
    expect(headers["x-hub-signature-256"]).toBe("sha256=00");
    expect(headers).not.toHaveProperty("x-hub-signature");
  });

  it("can go unsigned", async () => {
    await fixture.github.deliver(url, "ping", {}, { signature: "" });
    expect(Object.keys(last().headers).filter((name) => name.startsWith("x-hub"))).toEqual([]);
  });

  it("carry bytes as they are", async () => {
    await fixture.github.deliver(url, "push", Buffer.from("{broken"));
    expect(last().body.toString()).toBe("{broken");
    expect(await isGenuine(fixture.github.webhookSecret, last())).toBe(true);
  });

  it("follow no redirect", async () => {
    answer = { status: 302, headers: { location: "/elsewhere" } };
    const result = await fixture.github.deliver(url, "ping", {});
    expect([result.status, received.length]).toEqual([302, 1]);
  });

  it("fail where nobody listens", async () => {
    const delivery = fixture.github.deliver("http://127.0.0.1:1/", "ping", {}, { deliveryId: "one" });
    await expect(delivery).rejects.toMatchObject({
      name: "DeliveryFailed",
      reason: "connection",
      deliveryId: "one",
    });
  });

  it("end with the stand-in", async () => {
    answer = null;
    const delivery = fixture.github.deliver(url, "ping", {});
    const outcome = expect(delivery).rejects.toMatchObject({ name: "DeliveryFailed", reason: "closed" });
    await once(hook, "received");
    await fixture.github.close();
    await outcome;
  });

  it("tell of a commit that was just pushed", async () => {
    const change = { branch: "main", message: "Next", files: { next: "1\n" } };
    const { sha, before, delivery } = await fixture.github.commitAndPush(url, shop, change);
    const payload: unknown = JSON.parse(last().body.toString());
    expect([before, delivery.status]).toEqual([fixture.first, 202]);
    expect(payload).toMatchObject({ ref: "refs/heads/main", before, after: sha, commits: [{ id: sha }] });
    expect(last().headers["x-github-event"]).toBe("push");
  });

  it("tell of a branch that was just made", async () => {
    const change = { branch: "new", message: "Next", files: {} };
    const { sha, before } = await fixture.github.commitAndPush(url, shop, change);
    const payload: unknown = JSON.parse(last().body.toString());
    expect(payload).toMatchObject({ created: true, before, after: sha, commits: [{ id: sha }] });
  });
});
