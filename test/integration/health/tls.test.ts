import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { HttpCheck } from "../../../src/config/health-checks.js";
import { listen } from "../execution/ports.js";
import { type Authority, type KeyPair, makeAuthority } from "./certificates.js";
import { httpCheck, type ProbedServer, proberWith, startHttps, unhealthy } from "./health-fixture.js";

const DAY_SECONDS = 24 * 3600;

let authority: Authority;
let server: ProbedServer | undefined;

beforeAll(async () => {
  authority = await makeAuthority();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => authority.close());

async function ask(pair: KeyPair, changes: Partial<HttpCheck> = {}, trusted = [authority.cert]) {
  server = await startHttps((_request, response) => response.end("ok"), pair);
  return proberWith({ trusted })(httpCheck(server.url, changes));
}

describe("the certificate of an HTTPS probe", () => {
  it("is accepted while it is valid, and its end is told", async () => {
    const answer = await ask(await authority.issue(20));

    const days = (Number(answer.certificateExpiresAt) - Date.now()) / (DAY_SECONDS * 1000);
    expect([answer.kind, Math.round(days)]).toEqual(["healthy", 20]);
  });

  it("is accepted when it lives as long as the check wants", async () => {
    const answer = await ask(await authority.issue(20), { certificate: 14 * DAY_SECONDS });

    expect(answer.kind).toBe("healthy");
  });

  it("that ends too soon is told with its end", async () => {
    const minimumSeconds = 14 * DAY_SECONDS;

    const answer = await ask(await authority.issue(5), { certificate: minimumSeconds });

    const expiresAt = Number(answer.certificateExpiresAt);
    expect(answer).toMatchObject(unhealthy({ code: "certificate-expires", expiresAt, minimumSeconds }));
  });

  it.each([
    ["has expired", async () => ask(await authority.issue(-1)), "CERT_HAS_EXPIRED"],
    [
      "is for another name",
      async () => ask(await authority.issue(5, "DNS:shop.example")),
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    [
      "nobody vouches for",
      async () => ask(await authority.issue(5), {}, []),
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ],
  ])("that %s is not valid", async (_what, answer, detail) => {
    expect(await answer()).toEqual(unhealthy({ code: "certificate-invalid", detail }));
  });

  it("is not waited for longer than the time-out", async () => {
    const mute = await listen(() => undefined);

    const answer = await proberWith()(httpCheck(`https://127.0.0.1:${mute.port}`, { timeout: 0.2 }));

    await mute.close();
    expect(answer).toEqual(unhealthy({ code: "timed-out", seconds: 0.2, connected: true }));
  });

  it("leaves no connection behind when it is not valid", async () => {
    await ask(await authority.issue(-1));

    await server?.disconnected();
  });
});
