import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseConfig } from "../../../src/config/load.js";

/** The path and the remedy of each fault that an environment with these logs has. */
function faultsOf(logs: readonly object[], roles: object = {}): readonly string[] {
  const environment = {
    hosts: ["web-1"],
    strategy: { type: "git", directory: "/srv/shop", restart: { run: ["true"] } },
    roles: { deploy: ["223344556677889900"], ...roles },
    logs,
  };
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
    projects: { shop: { repository: "acme/shop", environments: { uat: environment } } },
  };
  const result = parseConfig(stringify(config), "slipway.yaml");
  return result.kind === "valid" ? [] : result.faults.map(({ path, fix }) => `${path}: ${fix}`);
}

const AT = "projects.shop.environments.uat.logs";

describe("the logs of an environment", () => {
  it("are files, containers, Compose services and programs", () => {
    const compose = { directory: "/srv/shop", file: "compose.yaml", project: "shop_1", service: "web" };
    const logs = [
      { name: "nginx", file: "/var/log/nginx/error.log", host: "web-1" },
      { name: "worker", container: "shop-worker-1" },
      { name: "web", compose },
      { name: "db", compose: { directory: "/srv/shop", service: "db" } },
      { name: "system", run: ["journalctl", "--lines", "5000"] },
    ];

    expect(faultsOf(logs, { logs: ["223344556677889911"] })).toEqual([]);
  });

  it.each([
    ["nothing to read", { name: "web" }, `${AT}[0]: write a`],
    ["two things to read", { name: "web", file: "/a", container: "b" }, `${AT}[0]: write a`],
    ["no name", { file: "/a" }, `${AT}[0].name: add`],
    ["a relative file", { name: "web", file: "a.log" }, `${AT}[0].file: use an absolute path`],
    ["a container like an option", { name: "web", container: "-f" }, `${AT}[0].container: use the name`],
    [
      "a service like an option",
      { name: "web", compose: { directory: "/srv", service: "--follow" } },
      `${AT}[0].compose.service: use the name`,
    ],
    [
      "standard input for a Compose file",
      { name: "web", compose: { directory: "/srv", file: "-", service: "web" } },
      `${AT}[0].compose.file: use a path`,
    ],
    ["a command line as text", { name: "web", run: "cat /a" }, `${AT}[0].run: write a list`],
    [
      "a host that is none",
      { name: "web", file: "/a", host: "web-2" },
      `${AT}[0].host: did you mean \`web-1\`?`,
    ],
  ])("are refused with %s", (_what, log, fault) => {
    expect(faultsOf([log])).toEqual([expect.stringContaining(fault)]);
  });

  it("are refused with one name for two", () => {
    const logs = [
      { name: "web", file: "/a" },
      { name: "web", file: "/b" },
    ];

    expect(faultsOf(logs)).toEqual([`${AT}[1].name: rename one of them`]);
  });
});
