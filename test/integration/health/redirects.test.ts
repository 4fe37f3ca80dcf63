import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Secret } from "../../../src/secret.js";
import { healthy, httpCheck, type ProbedServer, proberWith, startHttp, unhealthy } from "./health-fixture.js";

/** Answers `/to?URL` with a redirect to the URL, and all else with 200. */
const redirecting: () => Promise<{ server: ProbedServer; asked: string[]; headers: (string | undefined)[] }> =
  async () => {
    const asked: string[] = [];
    const headers: (string | undefined)[] = [];
    const server = await startHttp((request, response) => {
      const { url = "" } = request;
      asked.push(url);
      headers.push(request.headers.authorization);
      if (url === "/round") response.writeHead(307, { location: "/round" }).end();
      else if (!url.startsWith("/to?")) response.end("arrived");
      else response.writeHead(302, { location: decodeURIComponent(url.slice(4)) }).end();
    });
    return { server, asked, headers };
  };

let one: Awaited<ReturnType<typeof redirecting>>;
let other: Awaited<ReturnType<typeof redirecting>>;

beforeEach(async () => {
  [one, other] = await Promise.all([redirecting(), redirecting()]);
});
afterEach(() => Promise.all([one.server.close(), other.server.close()]));

/** Follows from the first server; only the origins given are configured. */
function follow(path: string, origins: readonly string[] = [one.server.url]) {
  const probe = proberWith({ origins: new Set(origins) });
  return probe(httpCheck(`${one.server.url}${path}`, { redirects: "follow", contains: "arrived" }));
}

const to = (url: string) => `/to?${encodeURIComponent(url)}`;

describe("a redirect", () => {
  it("is the answer unless the check wants it followed", async () => {
    const answer = await proberWith()(httpCheck(`${one.server.url}${to("/there")}`));

    expect(answer).toEqual(unhealthy({ code: "status", expected: 200, got: 302 }));
    expect(one.asked).toHaveLength(1);
  });

  it("is followed on the same origin", async () => {
    expect(await follow(to("/there"))).toEqual(healthy);
  });

  it("is followed to another origin of the configuration", async () => {
    expect(await follow(to(`${other.server.url}/`), [one.server.url, other.server.url])).toEqual(healthy);
  });

  it("to an origin that is not configured is refused, and that one is never asked", async () => {
    const answer = await follow(to(`${other.server.url}/secret?token=1`));

    expect(answer).toEqual(unhealthy({ code: "redirect-refused", to: other.server.url }));
    expect(other.asked).toEqual([]);
  });

  it("to an origin that is not configured is refused after others, too", async () => {
    const answer = await follow(to(to(`${other.server.url}/`)));

    expect(answer).toEqual(unhealthy({ code: "redirect-refused", to: other.server.url }));
  });

  it.each([
    ["another scheme", "ftp://127.0.0.1/", "ftp://127.0.0.1"],
    ["a script", "javascript:alert(1)", "javascript:"],
    ["a file", "file:///etc/passwd", "file:"],
    ["no address", "http://", "?"],
    ["the metadata of a cloud", "http://169.254.169.254/latest", "http://169.254.169.254"],
  ])("to %s is refused", async (_what, location, shown) => {
    expect(await follow(to(location))).toEqual(unhealthy({ code: "redirect-refused", to: shown }));
  });

  it("with a password in it is refused", async () => {
    const location = one.server.url.replace("//", "//ada:hunter2@");

    expect(await follow(to(location))).toEqual(unhealthy({ code: "redirect-refused", to: one.server.url }));
  });

  it("that leads back to itself is given up after five", async () => {
    expect(await follow("/round")).toEqual(unhealthy({ code: "too-many-redirects", limit: 5 }));
    expect(one.asked).toHaveLength(6);
  });

  it("takes headers and passwords along on the same origin only", async () => {
    const origins = new Set([one.server.url, other.server.url]);
    const secrets = new Map([["variable:PASSWORD", new Secret("hunter2")]]);
    const basicAuth = { user: "ada", password: { variable: "PASSWORD" } };
    const way = to(to(`${other.server.url}/`));

    await proberWith({ origins, secrets })(
      httpCheck(`${one.server.url}${way}`, { redirects: "follow", basicAuth }),
    );

    const sent = `Basic ${Buffer.from("ada:hunter2").toString("base64")}`;
    expect({ one: one.headers, other: other.headers }).toEqual({ one: [sent, sent], other: [undefined] });
  });
});

describe("the secrets of an HTTP probe", () => {
  const token = new Secret("Bearer 4f9d1c7e");
  const secrets = new Map([["file:token", token]]);

  it("are sent as headers, beside plain ones", async () => {
    let got: unknown;
    const server = await startHttp((request, response) => {
      got = [request.headers.authorization, request.headers["x-region"]];
      response.end();
    });
    const headers = { Authorization: { file: "token" }, "X-Region": "eu" };

    await proberWith({ secrets })(httpCheck(server.url, { headers }));
    await server.close();

    expect(got).toEqual([token.reveal(), "eu"]);
  });

  it("are not in a result, though the application gives them back", async () => {
    const server = await startHttp((request, response) => {
      response.end(JSON.stringify({ you: request.headers.authorization }));
    });
    const check = httpCheck(server.url, {
      headers: { Authorization: { file: "token" } },
      json: { path: "you", equals: "ok" },
    });

    const answer = await proberWith({ secrets, known: [token] })(check);
    await server.close();

    expect(answer).toMatchObject({ reason: { got: '"[redacted]"' } });
  });

  it("that were never read are Slipway's own fault", async () => {
    const check = httpCheck(one.server.url, { headers: { "X-Token": { file: "token" } } });

    await expect(proberWith()(check)).rejects.toThrow("file:token");
  });
});
