import { expect, it } from "vitest";
import { createRequestLog } from "../../../sandbox/github/rest/request-log.js";

it("keeps the newest 10,000 requests", () => {
  const log = createRequestLog("token");
  for (let at = 0; at < 10_003; at += 1) log.add({ at, method: "GET", path: "/user", status: 200 }, "", "");
  expect([log.records.length, log.records[0]?.at, log.records.at(-1)?.at]).toEqual([10_000, 3, 10_002]);
});

it("keeps a body that is no JSON as text", () => {
  const log = createRequestLog("secret");
  log.add({ at: 0, method: "POST", path: "/", status: 400 }, "", "{secret");
  expect(log.records[0]?.body).toBe("{[redacted]");
});
