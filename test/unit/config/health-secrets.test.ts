import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHealthSecrets } from "../../../src/config/health-secrets.js";
import { hashPlan, planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, targetOf } from "../deployments/samples.js";

let folder = "";
let configFile = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-health-secrets-"));
  configFile = join(folder, "slipway.yaml");
  writeFileSync(join(folder, "password"), "correct horse\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const config = configWith({
  uat: environmentInput({
    health: [
      {
        url: "https://shop.test/",
        headers: { "X-Token": { variable: "TOKEN" }, "X-Plain": "text" },
        basicAuth: { user: "ada", password: { file: "password" } },
      },
    ],
  }),
});

function read(env: NodeJS.ProcessEnv) {
  return readHealthSecrets(config, { env, configFile });
}

function revealed(env: NodeJS.ProcessEnv) {
  const result = read(env);
  if (result.kind === "invalid") return result.faults.map(({ source, fix }) => `${source}: ${fix}`);
  return Object.fromEntries([...result.secrets].map(([id, secret]) => [id, secret.reveal()]));
}

describe("the secrets of health checks", () => {
  it("come from variables and files, and plain headers are none", () => {
    expect(revealed({ TOKEN: "abc" })).toEqual({ "variable:TOKEN": "abc", "file:password": "correct horse" });
  });

  it("may come from the file that a variable names", () => {
    expect(revealed({ TOKEN_FILE: join(folder, "password") })).toMatchObject({
      "variable:TOKEN": "correct horse",
    });
  });

  it.each([
    ["are missing", {}, "TOKEN: set it to the value of the header, or name its file in TOKEN_FILE"],
    ["are empty", { TOKEN: "" }, "TOKEN: give it a value, or name a file in TOKEN_FILE"],
    [
      "break the line",
      { TOKEN: "a\r\nHost: evil" },
      "TOKEN: write the value on one line, in printable ASCII characters",
    ],
  ])("are refused when they %s", (_what, env, fault) => {
    expect(revealed(env)).toEqual([fault]);
  });

  it("are not in the plan, which tells only where they come from", () => {
    const environment = targetOf(config, "shop", "uat").config;

    const plan = planFor(environment, aRelease());

    expect(JSON.stringify(plan)).toContain('"password":{"file":"password"}');
    expect(hashPlan(environment, plan)).toMatch(/^[0-9a-f]{64}$/);
  });
});
