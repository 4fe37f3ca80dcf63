import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseConfig } from "../../../src/config/load.js";

const environment = {
  hosts: ["web-1"],
  strategy: { type: "git", directory: "/srv/shop", restart: { run: ["true"] } },
  roles: { deploy: ["223344556677889900"] },
};
const approve = { deploy: ["223344556677889900"], approve: ["223344556677889901"] };

function faultsOf(environments: Record<string, object>): readonly string[] {
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
    projects: { shop: { repository: "acme/shop", environments } },
  };
  const result = parseConfig(stringify(config), "slipway.yaml");
  return result.kind === "valid" ? [] : result.faults.map(({ path, fix }) => `${path}: ${fix}`);
}

describe("what guards an environment", () => {
  it("is accepted when it fits", () => {
    const strategy = { ...environment.strategy, directory: "/srv/shop-prod" };
    const prod = { ...environment, strategy, from: "preprod", approval: {}, roles: approve };
    expect(faultsOf({ preprod: environment, prod })).toEqual([]);
  });

  it.each([
    [
      "from a name that is mistyped",
      { preprod: environment, prod: { ...environment, from: "prepord" } },
      "did you mean `preprod`?",
    ],
    ["from itself", { preprod: environment, prod: { ...environment, from: "prod" } }, "from"],
    [
      "in a circle",
      { preprod: { ...environment, from: "prod" }, prod: { ...environment, from: "preprod" } },
      "let one of them stand without `from`",
    ],
    ["with an approval that nobody may give", { prod: { ...environment, approval: {} } }, "add `approve:`"],
    [
      "with a backup on a host that is none",
      { prod: { ...environment, backup: { run: ["true"], artifact: "/b", host: "web-2" } } },
      "web-1",
    ],
    ["called all", { all: environment }, "all means every environment"],
  ])("%s is refused", (_what, environments, fix) => {
    expect(faultsOf(environments).join("\n")).toContain(fix);
  });
});
