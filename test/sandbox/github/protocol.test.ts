import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientOf, type Fixture, owner, repo, shop, startFixture, statusOf } from "./github-fixture.js";

let fixture: Fixture;
beforeEach(async () => {
  fixture = await startFixture();
});
afterEach(() => fixture.github.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${fixture.github.apiUrl}${path}`, {
    headers: { authorization: `Bearer ${fixture.github.token}`, "user-agent": "test", ...headers },
  });

const postDeployment = (body: string) =>
  fetch(`${fixture.github.apiUrl}/repos/${shop}/deployments`, {
    method: "POST",
    headers: { authorization: `token ${fixture.github.token}` },
    body,
  });

/** A request as it is written, for what no client would send. @returns the whole answer */
async function sendRaw(lines: readonly string[]): Promise<string> {
  const { hostname, port } = new URL(fixture.github.apiUrl);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(`${[...lines, "host: localhost", "connection: close"].join("\r\n")}\r\n\r\n`);
  return await text(socket);
}

describe("who may ask", () => {
  it("knows the owner of the token", async () => {
    const { data } = await fixture.octokit.users.getAuthenticated();
    expect(data.login).toBe("slipway-bot");
  });

  it("takes both words before the token", async () => {
    const response = await get("/user", { authorization: `token ${fixture.github.token}` });
    expect(response.status).toBe(200);
  });

  it("refuses a wrong token", async () => {
    const request = clientOf(fixture.github, "ghp_wrong").repos.get({ owner, repo });
    await expect(request).rejects.toMatchObject({
      status: 401,
      response: { data: { message: "Bad credentials", documentation_url: expect.any(String) } },
    });
  });

  it("refuses a request without a token", async () => {
    const response = await fetch(`${fixture.github.apiUrl}/repos/${shop}`);
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { message: "Requires authentication" },
    ]);
  });

  it("refuses a request without a User-Agent", async () => {
    const answer = await sendRaw(["GET /user HTTP/1.1", `authorization: token ${fixture.github.token}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe("what it refuses", () => {
  it.each(["/", "/repos", `/repos/${shop}/pulls`, `/repos/${shop}/`, "/repos/a%2Fb/c"])(
    "answers 404 for %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it("answers 400 for a path that cannot be decoded", async () => {
    expect((await get(`/repos/${shop}/commits/%ff`)).status).toBe(400);
  });

  it.each(["{", "[]", "1"])("answers 400 for the body %s", async (body) => {
    expect((await postDeployment(body)).status).toBe(400);
  });

  it("answers 422 for a field of the wrong type", async () => {
    expect((await postDeployment('{"ref":"main","auto_merge":"no"}')).status).toBe(422);
  });

  it("notices a field that GitHub's description does not have", async () => {
    const response = await postDeployment('{"ref":"main","auto_merge":false,"enviroment":"uat"}');
    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining("(enviroment)")]);
  });
});

describe("headers", () => {
  it("names the request and the rate limit", async () => {
    const before = await get("/user");
    const after = await get("/user");
    const limit = Object.fromEntries([...after.headers].filter(([name]) => name.startsWith("x-ratelimit-")));
    expect(after.headers.get("x-github-request-id")).not.toBe(before.headers.get("x-github-request-id"));
    expect(limit).toEqual({
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "4998",
      "x-ratelimit-used": "2",
      "x-ratelimit-resource": "core",
      "x-ratelimit-reset": expect.stringMatching(/^\d{10}$/),
    });
  });

  it("answers 304 to a known ETag, for free, until something changes", async () => {
    const path = `/repos/${shop}/branches`;
    const etag = (await get(path)).headers.get("etag") ?? "";
    const same = await get(path, { "if-none-match": etag });
    await fixture.github.createBranch(shop, "more", fixture.first);
    const changed = await get(path, { "if-none-match": etag });
    expect([same.status, await same.text(), same.headers.get("x-ratelimit-used")]).toEqual([304, "", "1"]);
    expect(changed.status).toBe(200);
  });

  it("shows the rate limit without counting the question", async () => {
    await get("/user");
    const { data } = await fixture.octokit.rateLimit.get();
    expect(data.rate).toMatchObject({ limit: 5000, used: 1, remaining: 4999 });
  });
});

describe("an exhausted rate limit", () => {
  it("answers 403 with nothing remaining, but still tells the limit", async () => {
    const limited = await startFixture({ rateLimit: 1 });
    try {
      await limited.octokit.repos.get({ owner, repo });
      const refused = limited.octokit.repos.get({ owner, repo });
      await expect(refused).rejects.toMatchObject({
        status: 403,
        response: { headers: { "x-ratelimit-remaining": "0" } },
      });
      expect((await limited.octokit.rateLimit.get()).data.rate.remaining).toBe(0);
    } finally {
      await limited.github.close();
    }
  });
});

describe("pagination", () => {
  const names = Array.from({ length: 101 }, (_, index) => `b${String(index).padStart(3, "0")}`);

  beforeEach(() => {
    const updates = names.map((name) => `create refs/heads/${name} ${fixture.first}\n`).join("");
    const repository = fileURLToPath(fixture.github.cloneUrl(shop));
    execFileSync("git", ["-C", repository, "update-ref", "--stdin"], { input: updates });
  });

  it("is followed by the client to the end", async () => {
    const branches = await fixture.octokit.paginate("GET /repos/{owner}/{repo}/branches", {
      owner,
      repo,
      per_page: 40,
    });
    expect(branches.map(({ name }) => name)).toEqual([...names, "main"]);
  });

  it("gives 30 by default and never more than 100", async () => {
    const count = async (query: string): Promise<number> =>
      ((await (await get(`/repos/${shop}/branches${query}`)).json()) as unknown[]).length;
    expect([await count(""), await count("?per_page=500"), await count("?per_page=0")]).toEqual([
      30, 100, 30,
    ]);
  });

  it("links a page in the middle in all directions", async () => {
    const { headers } = await fixture.octokit.repos.listBranches({ owner, repo, per_page: 40, page: 2 });
    const url = `${fixture.github.apiUrl}/repos/${shop}/branches?per_page=40&page=`;
    expect(headers.link).toBe(
      `<${url}1>; rel="prev", <${url}3>; rel="next", <${url}3>; rel="last", <${url}1>; rel="first"`,
    );
  });

  it("links nothing where everything fits on one page", async () => {
    const { headers } = await fixture.octokit.repos.listTags({ owner, repo });
    expect(headers.link).toBeUndefined();
  });
});

describe("faults", () => {
  const list = () => fixture.octokit.repos.listBranches({ owner, repo });

  it.each([403, 429])("can be a secondary rate limit with status %i", async (status) => {
    fixture.github.queueFault({ fault: { kind: "status", status, retryAfterSeconds: 7 } });
    await expect(list()).rejects.toMatchObject({
      status,
      message: expect.stringContaining("secondary rate limit"),
      response: { headers: { "retry-after": "7" } },
    });
  });

  it("meets as many requests as it says, and only those that match", async () => {
    const path = /\/git\/ref\/heads\/feature\/x$/;
    fixture.github.queueFault({ fault: { kind: "status", status: 500 }, method: "GET", path, times: 2 });
    await fixture.github.createBranch(shop, "feature/x", fixture.first);
    const getRef = () => statusOf(fixture.octokit.git.getRef({ owner, repo, ref: "heads/feature/x" }));
    expect([await statusOf(list()), await getRef(), await getRef(), await getRef()]).toEqual([
      200, 500, 500, 200,
    ]);
  });

  it("can carry a request out and then hide it", async () => {
    fixture.github.queueFault({ fault: { kind: "status-after-accepting", status: 502 }, method: "POST" });
    const create = fixture.octokit.repos.createDeployment({ owner, repo, ref: "main", auto_merge: false });
    expect(await statusOf(create)).toBe(502);
    expect((await fixture.octokit.repos.listDeployments({ owner, repo })).data).toHaveLength(1);
  });

  it("can drop the connection", async () => {
    fixture.github.queueFault({ fault: { kind: "drop-connection" } });
    await expect(get("/user")).rejects.toThrow();
    expect(fixture.github.requests.at(-1)).toMatchObject({ path: "/user", status: 0 });
  });

  it("can hold an answer back, and lets go of it at the end", async () => {
    fixture.github.queueFault({ fault: { kind: "delay", milliseconds: 3_600_000 } });
    const held = get("/user").then(
      () => "answered",
      () => "cut",
    );
    expect((await get(`/repos/${shop}`)).status).toBe(200);
    await fixture.github.close();
    expect(await held).toBe("cut");
  });

  it("answers after a short delay as if nothing had been", async () => {
    fixture.github.queueFault({ fault: { kind: "delay", milliseconds: 20 } });
    expect(await statusOf(list())).toBe(200);
  });

  it("can be cleared", async () => {
    fixture.github.queueFault({ fault: { kind: "status", status: 500 } });
    fixture.github.clearFaults();
    expect(await statusOf(list())).toBe(200);
  });
});

describe("the request log", () => {
  it("tells what was asked and answered", async () => {
    await fixture.octokit.repos.listBranches({ owner, repo, per_page: 5 });
    await statusOf(fixture.octokit.repos.createDeployment({ owner, repo, ref: "nowhere" }));
    expect(fixture.github.requests).toMatchObject([
      { method: "GET", path: `/repos/${shop}/branches`, query: "per_page=5", status: 200 },
      { method: "POST", path: `/repos/${shop}/deployments`, status: 422, body: { ref: "nowhere" } },
    ]);
  });

  it("never keeps the token", async () => {
    const { token } = fixture.github;
    await get(`/${token}?access_token=${token}`);
    await postDeployment(JSON.stringify({ ref: "main", payload: token }));
    expect(JSON.stringify(fixture.github.requests)).not.toContain(token);
  });
});
