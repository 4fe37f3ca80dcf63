import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readCommandSecrets } from "../../../src/config/command-secrets.js";
import { formatPath } from "../../../src/config/display.js";
import { parseConfig } from "../../../src/config/load.js";
import { hashPlan, planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, targetOf } from "../deployments/samples.js";

let folder = "";
let configFile = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-command-secrets-"));
  configFile = join(folder, "slipway.yaml");
  writeFileSync(join(folder, "password"), "correct horse\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = ["true"];
const environment = environmentInput({
  strategy: {
    type: "git",
    directory: "/srv/shop",
    before: [{ run }, { run, secrets: { DATABASE_URL: { variable: "SHOP_DATABASE" } } }],
    restart: { run, secrets: { token: { variable: "SHOP_TOKEN" }, DB: { variable: "SHOP_DATABASE" } } },
    after: [{ run, secrets: { PASSWORD: { file: "password" } } }],
  },
  backup: { run, artifact: "/var/dump", secrets: { PGPASSWORD: { variable: "SHOP_BACKUP" } } },
});
const config = configWith({ uat: environment });
const all = { SHOP_DATABASE: "postgres://", SHOP_TOKEN: "abc", SHOP_BACKUP: "def" };

function read(env: NodeJS.ProcessEnv) {
  const result = readCommandSecrets(config, { env, configFile });
  if (result.kind === "invalid")
    return result.findings.map(({ path, problem, fix }) => `${formatPath(path)}: ${problem}; ${fix}`);
  return Object.fromEntries([...result.secrets].map(([id, secret]) => [id, secret.reveal()]));
}

const uat = "projects.shop.environments.uat";

describe("the secrets of commands", () => {
  it("come from variables and files, for every command that may have some", () => {
    expect(read(all)).toEqual({
      "variable:SHOP_DATABASE": "postgres://",
      "variable:SHOP_TOKEN": "abc",
      "file:password": "correct horse",
      "variable:SHOP_BACKUP": "def",
    });
  });

  it("are all named with their places when they are missing", () => {
    expect(read({ SHOP_TOKEN: "abc", SHOP_BACKUP: "" })).toEqual([
      `${uat}.strategy.before[1].secrets.DATABASE_URL.variable: SHOP_DATABASE: this is not set; set it to what the command gets as DATABASE_URL, or name its file in SHOP_DATABASE_FILE`,
      `${uat}.strategy.restart.secrets.DB.variable: SHOP_DATABASE: this is not set; set it to what the command gets as DB, or name its file in SHOP_DATABASE_FILE`,
      `${uat}.backup.secrets.PGPASSWORD.variable: SHOP_BACKUP: this is empty; give it a value, or name a file in SHOP_BACKUP_FILE`,
    ]);
  });

  it.each([
    ["hold a NUL", "a\0b", "the secret holds a NUL; give text: no variable can carry a NUL"],
    ["are too long", "é".repeat(60_000), "the secret is too long for a variable; give at most 100 KiB"],
  ])("are refused when they %s", (_, SHOP_TOKEN, fault) => {
    expect(read({ ...all, SHOP_TOKEN })).toEqual([
      `${uat}.strategy.restart.secrets.token.variable: ${fault}`,
    ]);
  });

  it("are in the plan and its hash by where they come from", () => {
    const { config: target } = targetOf(config, "shop", "uat");
    const plan = planFor(target, aRelease());

    const held = plan.steps.flatMap((step) =>
      step.kind === "command" && step.secrets ? [[step.id, step.secrets]] : [],
    );

    expect(held).toEqual([
      ["backup:web-1", { PGPASSWORD: { variable: "SHOP_BACKUP" } }],
      ["before-2:web-1", { DATABASE_URL: { variable: "SHOP_DATABASE" } }],
      ["restart:web-1", { token: { variable: "SHOP_TOKEN" }, DB: { variable: "SHOP_DATABASE" } }],
      ["after-1:web-1", { PASSWORD: { file: "password" } }],
    ]);
    const other = { ...target, backup: undefined };
    expect(hashPlan(target, plan)).not.toBe(hashPlan(target, planFor(other as typeof target, aRelease())));
  });
});

describe("the variable of a secret", () => {
  const faultsOf = (name: string) => {
    const strategy = { type: "git", directory: "/srv", restart: { run, secrets: { [name]: { file: "x" } } } };
    const raw = {
      discord: config.discord,
      hosts: { "web-1": { address: "a", user: "b", key: { file: "k" }, knownHosts: "h" } },
      projects: {
        shop: { repository: "acme/shop", environments: { uat: environmentInput({ strategy }) } },
      },
    };
    const result = parseConfig(stringify(raw), "slipway.yaml");
    return result.kind === "valid" ? [] : result.faults.map(({ path, fix }) => `${path}: ${fix}`);
  };

  it.each(["TOKEN", "token", "_A1", "PATHS", "MY_LD_PATH"])("may be %s", (name) => {
    expect(faultsOf(name)).toEqual([]);
  });

  it.each(["1A", "A-B", "A B", "A=B", "é", ""])("may not be %j, which no shell can set", (name) => {
    expect(faultsOf(name)).toHaveLength(1);
  });

  it.each(["PATH", "HOME", "SHELL", "IFS", "ENV", "BASH_ENV", "LD_PRELOAD", "UID", "_"])(
    "may not be %s, which steers the shell",
    (name) => {
      expect(faultsOf(name)).toEqual([
        `${uat}.strategy.restart.secrets.${name}: use the name of an environment variable, such as DATABASE_URL; this one steers the shell or the loader that runs the command`,
      ]);
    },
  );

  it("is not known to a diagnostic command, whose output is all there is of it", () => {
    const strategy = {
      type: "git",
      directory: "/srv",
      restart: { run },
      diagnostics: [{ run, secrets: {} }],
    };

    expect(() => configWith({ uat: environmentInput({ strategy }) })).toThrow(/secrets/);
  });
});
