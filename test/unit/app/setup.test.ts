import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import ssh2 from "ssh2";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../src/cli.js";
import { readSetup } from "../../../src/setup.js";

let directory: string;
let file: string;
const printed: string[] = [];

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "slipway-setup-"));
  file = path.join(directory, "slipway.yaml");
  writeFileSync(path.join(directory, "key"), "not a key\n", { mode: 0o600 });
  printed.length = 0;
  for (const target of [process.stdout, process.stderr]) {
    vi.spyOn(target, "write").mockImplementation((text) => printed.push(String(text)) > 0);
  }
  for (const method of ["log", "error", "warn"] as const) {
    vi.spyOn(console, method).mockImplementation((text) => void printed.push(String(text)));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

const configuration = `
discord: { guild: "112233445566778899", channel: "112233445566778800" }
hosts:
  web-1:
    address: 127.0.0.1
    user: deploy
    key: { variable: SHOP_SSH_KEY }
    hostKeys: ["SHA256:3qhRiGT5C1sBbqRFh2LSUOjvLd3cYHZ9VvCvX0tQm1E"]
projects:
  shop:
    repository: acme/shop
    environments:
      uat:
        hosts: [web-1]
        strategy: { type: git, directory: /srv/shop, restart: { run: [restart-it] } }
        roles: { deploy: ["223344556677889900"] }
        triggers: { push: main }
`;

const KEY = ssh2.utils.generateKeyPairSync("ed25519").private;

const CHECK_WITH_SECRET = `
        health:
          - { url: "https://shop.test/", headers: { X-Key: { variable: API_KEY } } }
`;

async function slipway(...args: readonly string[]) {
  const loadContents = async () => expect.unreachable("the bot was loaded");
  const code = await runCli(["node", "slipway", ...args], loadContents);
  return { code, output: printed.join("\n") };
}

describe("slipway check", () => {
  it("tells every fault of file, variables and keys at once, and exits with 2", async () => {
    writeFileSync(file, configuration.replace("user: deploy", "usr: deploy"));
    vi.stubEnv("SLIPWAY_CONFIG", file);
    vi.stubEnv("DISCORD_TOKEN", undefined);
    vi.stubEnv("HTTP_PORT", "http");

    const { code, output } = await slipway("check");

    expect(code).toBe(2);
    for (const fault of ["usr", "DISCORD_TOKEN", "HTTP_PORT"]) expect(output).toContain(fault);
  });

  it("exits with 2 and names the file when there is none", async () => {
    vi.stubEnv("SLIPWAY_CONFIG", file);

    const { code, output } = await slipway("check");

    expect(code).toBe(2);
    expect(output).toContain(file);
  });
});

describe("the Redis of REDIS_URL", () => {
  it("is asked by slipway check, which exits with 2 when it cannot be used", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    writeFileSync(file, configuration);
    vi.stubEnv("SLIPWAY_CONFIG", file);
    vi.stubEnv("DISCORD_TOKEN", "a-token-of-discord");
    vi.stubEnv("GITHUB_WEBHOOK_SECRET", "the-first-secret");
    vi.stubEnv("SHOP_SSH_KEY", KEY);
    vi.stubEnv("REDIS_URL", `redis://127.0.0.1:${(server.address() as AddressInfo).port}`);

    const { code, output } = await slipway("check");
    server.close();

    expect(output).toContain("is valid: 1 project");
    expect(output).toContain("REDIS_URL: What answers at REDIS_URL is not Redis.");
    expect(code).toBe(2);
  });
});

/** All that `configuration` needs. */
function stubSecrets(): void {
  vi.stubEnv("SLIPWAY_CONFIG", file);
  vi.stubEnv("DISCORD_TOKEN", "a-token-of-discord");
  vi.stubEnv("GITHUB_WEBHOOK_SECRET", "the-first-secret");
  vi.stubEnv("SHOP_SSH_KEY", KEY);
  vi.stubEnv("REDIS_URL", undefined);
}

describe("the warnings of slipway check", () => {
  it("are printed with their lines and what to do, and the exit code stays 0", async () => {
    writeFileSync(file, configuration);
    stubSecrets();

    const { code, output } = await slipway("check");

    expect(code).toBe(0);
    expect(output).toMatch(
      /slipway\.yaml:13:\d+ {2}projects\.shop\.environments\.uat\n {2}warning: without a health check/,
    );
    expect(output).toContain("fix:   add `health:` with a check");
    expect(output).toContain("3 warnings");
  });

  it("have no colours where NO_COLOR is set, though it is a terminal", async () => {
    writeFileSync(file, configuration);
    stubSecrets();
    vi.stubEnv("NO_COLOR", "1");
    vi.stubEnv("FORCE_COLOR", "1");
    const before = process.stderr.isTTY;
    process.stderr.isTTY = true;

    const { output } = await slipway("check");
    process.stderr.isTTY = before;

    expect(output).toContain("warning:");
    expect(output).not.toContain("\u001b");
  });
});

describe("slipway start on an address that it cannot have", () => {
  it.each([
    ["a port that is taken", { HTTP_HOST: "127.0.0.1" }, "is taken by another program"],
    [
      "an address of another machine",
      { HTTP_HOST: "192.0.2.1", HTTP_PORT: "0" },
      "no address of this machine",
    ],
    [
      "a name that nobody knows",
      { HTTP_HOST: "nowhere.invalid", HTTP_PORT: "0" },
      "no address of this machine",
    ],
  ])("says it in one sentence: %s", async (_what, variables, sentence) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    writeFileSync(file, configuration);
    stubSecrets();
    const port = String((server.address() as AddressInfo).port);
    for (const [name, value] of Object.entries({ HTTP_PORT: port, ...variables })) vi.stubEnv(name, value);
    vi.stubEnv("REDIS_URL", `redis://127.0.0.1:${port}`);

    const code = await runCli(["node", "slipway", "start"], async () => ({ commands: [], jobs: [] }));
    server.close();

    expect(code).toBe(1);
    // Redis, which is none here, may have been heard of by then.
    const told = printed.filter((line) => !line.includes("Redis")).join("");
    expect(told).toContain(sentence);
    expect(told).not.toMatch(/"stack"|Error: listen/);
  });
});

describe("a command's secret that is missing", () => {
  it("is named by slipway check with file and line, and its value by nothing", async () => {
    const restart = "restart: { run: [restart-it], secrets: { TOKEN: { variable: SHOP_TOKEN } } }";
    writeFileSync(file, configuration.replace("restart: { run: [restart-it] }", restart));
    vi.stubEnv("SLIPWAY_CONFIG", file);
    vi.stubEnv("SHOP_TOKEN", undefined);

    const { code, output } = await slipway("check");

    expect(code).toBe(2);
    expect(output).toMatch(/slipway\.yaml:15:\d+ {2}projects\.shop\..*\.restart\.secrets\.TOKEN\.variable\n/);
    expect(output).toContain("SHOP_TOKEN: this is not set");
  });
});

describe("the command line", () => {
  it.each([["--help"], ["start", "--help"], ["check", "--help"]])(
    "explains itself with %s",
    async (...args) => {
      const { code, output } = await slipway(...args);

      expect(code).toBe(0);
      expect(output).toContain("Usage: slipway");
    },
  );

  it("prints the version of the package with --version", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };

    const { code, output } = await slipway("--version");

    expect(code).toBe(0);
    expect(output).toBe(`${version}\n`);
  });

  it.each([
    ["an unknown command", ["deploy"]],
    ["an unknown option", ["start", "--now"]],
    ["an unknown role", ["start", "--role", "boss"]],
    ["too many arguments", ["check", "this"]],
  ])("exits with 2 on %s", async (_what, args) => {
    const { code, output } = await slipway(...args);

    expect(code).toBe(2);
    expect(output).toMatch(/error:/);
  });
});

describe("readSetup", () => {
  const env = {
    DISCORD_TOKEN: "a-token-of-discord",
    GITHUB_WEBHOOK_SECRET: "the-first-secret the-second-secret",
  };

  it("reports the key together with the variables", async () => {
    writeFileSync(file, `${configuration}${CHECK_WITH_SECRET}`);

    const setup = await readSetup("all", { SLIPWAY_CONFIG: file });

    expect(setup.kind).toBe("invalid");
    const report = setup.kind === "invalid" ? setup.report : "";
    for (const name of ["DISCORD_TOKEN", "GITHUB_WEBHOOK_SECRET", "SHOP_SSH_KEY", "API_KEY"])
      expect(report).toContain(name);
  });

  it("never prints a value of a secret", async () => {
    writeFileSync(file, configuration);

    const setup = await readSetup("all", {
      ...env,
      SLIPWAY_CONFIG: file,
      SHOP_SSH_KEY: "broken-private-key",
    });

    const report = setup.kind === "invalid" ? setup.report : "";
    expect(report).toContain("SHOP_SSH_KEY");
    expect(report).not.toMatch(/broken-private-key|a-token-of-discord|the-first-secret/);
  });

  it("is valid with all that it needs, says how much is configured and redacts every secret", async () => {
    const pem = KEY;
    const restart = "restart: { run: [restart-it], secrets: { TOKEN: { variable: SHOP_TOKEN } } }";
    const withSecret = configuration.replace("restart: { run: [restart-it] }", restart);
    writeFileSync(file, `${withSecret}${CHECK_WITH_SECRET}`);
    const secrets = { SHOP_SSH_KEY: pem, API_KEY: "a-key-of-the-shop", SHOP_TOKEN: "a-token-of-the-shop" };

    const setup = await readSetup("all", { ...env, ...secrets, SLIPWAY_CONFIG: file });

    if (setup.kind === "invalid") throw new Error(setup.report);
    expect(setup.summary).toBe("1 project, 1 environment, 1 host");
    const leaked = setup.redactor.redact(Object.values({ ...env, ...secrets }).join(" "));
    expect(leaked).not.toMatch(
      /a-token-of-discord|the-first-secret|the-second-secret|a-key-of-the-shop|a-token-of-the-shop/,
    );
    expect(leaked).not.toContain(pem.split("\n")[1]);
  });
});
