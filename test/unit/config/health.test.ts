import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkLabel, healthChecksOf, probeOrigins } from "../../../src/config/health-checks.js";
import { parseConfig } from "../../../src/config/load.js";
import { configWith, environmentInput, targetOf } from "../deployments/samples.js";

/** Path, problem and advice of each fault of an environment with these checks. */
function faultsOf(...health: readonly unknown[]): readonly string[] {
  const config = {
    discord: { guild: "112233445566778899", channel: "112233445566778800" },
    hosts: {
      "web-1": {
        address: "web.example.com",
        user: "deploy",
        key: { variable: "SSH_KEY" },
        hostKeys: [`SHA256:${"A".repeat(43)}`],
      },
    },
    projects: { shop: { repository: "acme/shop", environments: { uat: environmentInput({ health }) } } },
  };
  const result = parseConfig(stringify(config), "slipway.yaml");
  const start = "projects.shop.environments.uat.health";
  return result.kind === "valid"
    ? []
    : result.faults.map(({ path, problem, fix }) => `${path.replace(start, "")}: ${problem}; ${fix}`);
}

function checksOf(health: readonly unknown[], changes: object = {}) {
  const config = configWith({ uat: environmentInput({ health, ...changes }) });
  return healthChecksOf(targetOf(config, "shop", "uat").config);
}

const http = { url: "https://shop.test/" };

describe("a health check", () => {
  it.each([
    ["by its address alone", http],
    ["that says it is HTTP", { type: "http", ...http }],
    [
      "with all that HTTP has",
      { ...http, status: 204, json: { path: "a.0", equals: null }, maxLatency: "500ms" },
    ],
    ["of a certificate", { ...http, certificate: "14d" }],
    ["with secrets", { ...http, headers: { Authorization: { variable: "TOKEN" }, "X-A": "b" } }],
    ["with a password", { ...http, basicAuth: { user: "ada", password: { file: "password" } } }],
    ["of a port", { type: "tcp", address: "[::1]:5432" }],
    ["of a command", { type: "command", run: ["true"], host: "web-1" }],
    ["of a Compose project", { type: "compose", directory: "/srv/shop" }],
    ["of a Compose project by its name", { type: "compose", project: "shop", services: ["web"] }],
    ["of a disk", { type: "disk", path: "/", minimumFree: "5GB" }],
  ])("%s is accepted", (_what, check) => {
    expect(faultsOf(check)).toEqual([]);
  });

  it.each([
    ["of an unknown kind", { type: "htpp", ...http }, "did you mean `http`?"],
    ["with a key of another kind", { type: "tcp", address: "a:1", contains: "x" }, "this key is not known"],
    ["with a mistyped key", { ...http, maxLatancy: "1s" }, "did you mean `maxLatency`?"],
    ["without an address", { status: 200 }, "add `url`: The address to ask"],
    ["without a unit", { ...http, maxLatency: "500" }, "such as 500ms or 2s"],
    ["with a latency of nothing", { ...http, maxLatency: "0ms" }, "such as 500ms or 2s"],
    ["with half a path", { ...http, json: { path: "a..b", equals: 1 } }, "checks.database.status"],
    [
      "that equals a list",
      { ...http, json: { path: "a", equals: [] } },
      "text, a number, true, false or null",
    ],
    [
      "of a certificate of plain HTTP",
      { url: "http://a.test", certificate: "1d" },
      "use an https:// address",
    ],
    [
      "with a secret in plain sight",
      { ...http, headers: { authorization: "Bearer x" } },
      "write `variable: NAME`",
    ],
    ["with a header twice", { ...http, headers: { "X-A": "1", "x-a": "2" } }, "keep one of them"],
    [
      "with two authorizations",
      {
        ...http,
        headers: { Authorization: { variable: "A" } },
        basicAuth: { user: "a", password: { variable: "B" } },
      },
      "keep one of them",
    ],
    ["with a header that frames", { ...http, headers: { "Content-Length": "3" } }, "the name of a header"],
    ["with a header of two lines", { ...http, headers: { "X-A": "b\r\nc: d" } }, "printable ASCII"],
    [
      "with a user name that has a colon",
      { ...http, basicAuth: { user: "a:b", password: { file: "x" } } },
      "colon",
    ],
    [
      "with a password in plain sight",
      { ...http, basicAuth: { user: "a", password: "hunter2" } },
      "`variable: NAME`",
    ],
    ["of no port", { type: "tcp", address: "db.test" }, "use host:port"],
    ["of a port that is none", { type: "tcp", address: "db.test:70000" }, "use host:port"],
    ["of no command", { type: "command", run: [] }, "name the program first"],
    [
      "on an unknown host",
      { type: "disk", path: "/", minimumFree: "1%", host: "web-2" },
      "did you mean `web-1`?",
    ],
    ["of nothing with Compose", { type: "compose" }, "add `directory:`"],
    ["of a file that is an option", { type: "compose", directory: "/a", file: "--help" }, "use a path"],
    ["of all of a disk", { type: "disk", path: "/", minimumFree: "100%" }, "such as 10%"],
  ])("%s is refused", (_what, check, advice) => {
    const faults = faultsOf(check);

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(advice);
  });
});

describe("the checks of an environment", () => {
  it("have units of the code", () => {
    const [check] = checksOf([{ ...http, maxLatency: "2s", certificate: "2d", timeout: "1m" }]);

    expect(check).toMatchObject({ type: "http", maxLatency: 2_000, certificate: 172_800, timeout: 60 });
  });

  it("are those of each host, unless they name one", () => {
    const disk = { type: "disk", path: "/", minimumFree: "1%" };

    const checks = checksOf([http, disk, { ...disk, host: "web-2" }], { hosts: ["web-1", "web-2"] });

    expect(checks.map((check) => ("host" in check ? check.host : "-"))).toEqual([
      "-",
      "web-1",
      "web-2",
      "web-2",
    ]);
  });

  it("are named for people", () => {
    const labels = checksOf([
      http,
      { type: "tcp", address: "[::1]:80" },
      { type: "command", run: ["a", "b"] },
      { type: "compose", directory: "/srv/shop" },
      { type: "disk", path: "/var", minimumFree: "1GB" },
      { type: "disk", path: "/var", minimumFree: "10%" },
    ]).map(checkLabel);

    expect(labels).toEqual([
      "https://shop.test/",
      "tcp://[::1]:80",
      "web-1: a b",
      "web-1: docker compose /srv/shop",
      "web-1: /var ≥ 1024 MB",
      "web-1: /var ≥ 10%",
    ]);
  });

  it("may lead to the addresses of the whole file, and nowhere else", () => {
    const config = configWith({
      uat: environmentInput({ health: [{ url: "http://a.test:8080/x" }], url: "https://a.test/y" }),
      prod: environmentInput({ health: [http, { type: "tcp", address: "db.test:5432" }] }),
    });

    expect([...probeOrigins(config)]).toEqual(["http://a.test:8080", "https://a.test", "https://shop.test"]);
  });
});
