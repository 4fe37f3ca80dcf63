import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnvironment, type Settings } from "../../../src/config/environment.js";
import { type EnvironmentFault, formatEnvironmentFaults } from "../../../src/config/variables.js";

const NOTHING_NEEDED = { discord: false, webhookSecret: false };

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-environment-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function secretFile(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

function settingsOf(env: NodeJS.ProcessEnv): Settings {
  const result = readEnvironment(env, NOTHING_NEEDED);
  if (result.kind === "invalid") throw new Error(JSON.stringify(result.faults));
  return result.settings;
}

function faultsOf(env: NodeJS.ProcessEnv, needs = NOTHING_NEEDED): readonly EnvironmentFault[] {
  const result = readEnvironment(env, needs);
  return result.kind === "invalid" ? result.faults : [];
}

describe("readEnvironment", () => {
  it("has defaults for all that is no secret", () => {
    expect(settingsOf({})).toEqual({
      discordToken: undefined,
      githubToken: undefined,
      webhookSecrets: [],
      redisUrl: undefined,
      discordApiUrl: "https://discord.com/api",
      githubApiUrl: "https://api.github.com",
      httpHost: "127.0.0.1",
      httpPort: 8080,
      logLevel: "info",
      configFile: "slipway.yaml",
      dataDirectory: "data",
    });
  });

  it("takes what is set", () => {
    const settings = settingsOf({
      DISCORD_API_URL: "http://127.0.0.1:4001/api/",
      GITHUB_API_URL: "http://127.0.0.1:4002",
      HTTP_HOST: "::",
      HTTP_PORT: "0",
      LOG_LEVEL: "debug",
      SLIPWAY_CONFIG: "/etc/slipway.yaml",
      SLIPWAY_DATA: "/var/lib/slipway",
    });

    expect(settings).toMatchObject({
      discordApiUrl: "http://127.0.0.1:4001/api",
      githubApiUrl: "http://127.0.0.1:4002",
      httpHost: "::",
      httpPort: 0,
      logLevel: "debug",
      configFile: "/etc/slipway.yaml",
      dataDirectory: "/var/lib/slipway",
    });
  });

  it("reads a secret from its variable", () => {
    expect(settingsOf({ DISCORD_TOKEN: "token-1" }).discordToken?.reveal()).toBe("token-1");
  });

  it.each([
    ["one line break", "token-2\n"],
    ["a Windows line break", "token-2\r\n"],
    ["no line break", "token-2"],
  ])("reads a secret from a file that ends with %s", (name, content) => {
    const file = secretFile(name.replaceAll(" ", "-"), content);

    expect(settingsOf({ GITHUB_TOKEN_FILE: file }).githubToken?.reveal()).toBe("token-2");
  });

  it.each([" ", "\n", "\t"])("takes several webhook secrets with %j between them", (space) => {
    const { webhookSecrets } = settingsOf({
      GITHUB_WEBHOOK_SECRET: `${space}the-old-secret-1${space}the-new-secret-2${space}`,
    });

    expect(webhookSecrets.map((secret) => secret.reveal())).toEqual(["the-old-secret-1", "the-new-secret-2"]);
  });

  it.each(["redis://127.0.0.1:6379", "rediss://user:pass@redis.example.com/0", "unix:///run/redis.sock"])(
    "takes %s as the address of Redis",
    (url) => {
      expect(settingsOf({ REDIS_URL: url }).redisUrl?.reveal()).toBe(url);
    },
  );

  it("shows no secret when it is printed", () => {
    const settings = settingsOf({
      DISCORD_TOKEN: "hunter2",
      GITHUB_WEBHOOK_SECRET: "hunter2-hunter2-hunter2",
      REDIS_URL: "redis://:hunter2@x",
    });

    expect(JSON.stringify(settings)).not.toContain("hunter2");
  });
});

describe("a fault of the environment", () => {
  it("is a needed secret that is missing", () => {
    const faults = faultsOf({}, { discord: true, webhookSecret: true });

    expect(faults.map(({ source, problem }) => `${source}: ${problem}`)).toEqual([
      "DISCORD_TOKEN: this is not set",
      "GITHUB_WEBHOOK_SECRET: this is not set",
    ]);
  });

  it("is a variable set beside its file", () => {
    const file = secretFile("both", "token");

    expect(faultsOf({ DISCORD_TOKEN: "token", DISCORD_TOKEN_FILE: file })).toMatchObject([
      { problem: "DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set", fix: "keep one of them" },
    ]);
  });

  it("is a file that cannot be read", () => {
    expect(faultsOf({ REDIS_URL_FILE: join(folder, "absent") })).toMatchObject([
      { source: "REDIS_URL_FILE", problem: "the file cannot be read (ENOENT)" },
    ]);
  });

  it("is a directory in place of a file", () => {
    expect(faultsOf({ REDIS_URL_FILE: folder })).toMatchObject([
      { problem: "the file cannot be read (EISDIR)" },
    ]);
  });

  it("is an empty file", () => {
    expect(faultsOf({ GITHUB_TOKEN_FILE: secretFile("empty", "\n") })).toMatchObject([
      { source: "GITHUB_TOKEN_FILE", problem: "the file is empty" },
    ]);
  });

  it.each([
    ["DISCORD_TOKEN", ""],
    ["GITHUB_WEBHOOK_SECRET", "  "],
    ["REDIS_URL_FILE", ""],
    ["HTTP_PORT", ""],
    ["LOG_LEVEL", ""],
    ["SLIPWAY_CONFIG", ""],
  ])("is %s set to %j", (name, value) => {
    expect(faultsOf({ [name]: value })).toMatchObject([{ source: name, problem: "this is empty" }]);
  });

  it.each([
    ["DISCORD_TOKEN", "Bot abc", "write the token alone, without spaces, quotes or the word Bot"],
    ["GITHUB_TOKEN", "tokén", "copy the token again: it holds a character that no token has"],
    [
      "REDIS_URL",
      "localhost:6379",
      "use redis://host:6379, rediss://host:6379 (TLS) or unix:///path/to/redis.sock",
    ],
    ["REDIS_URL", "unix://run/redis.sock", "use the absolute path of the socket: unix:///path/to/redis.sock"],
    ["HTTP_PORT", "http", "use a port number from 0 to 65535"],
    ["HTTP_PORT", "65536", "use a port number from 0 to 65535"],
    ["HTTP_HOST", "http://here", "use an address of this machine, such as 127.0.0.1 or 0.0.0.0"],
    ["LOG_LEVEL", "verbose", "use one of trace, debug, info, warn, error, fatal, silent"],
    ["DISCORD_API_URL", "discord.com", "use an http:// or https:// address"],
    ["GITHUB_API_URL", "ftp://github.com", "use an http:// or https:// address"],
  ])("is %s set to %j", (name, value, fix) => {
    expect(faultsOf({ [name]: value })).toMatchObject([{ source: name, fix }]);
  });

  it.each(["hunter2", "hunter2-hunter2", "a-long-webhook-secret hunter2"])(
    "is a webhook secret that is too short (%j)",
    (text) => {
      const faults = faultsOf({ GITHUB_WEBHOOK_SECRET: text });

      expect(faults).toMatchObject([
        { source: "GITHUB_WEBHOOK_SECRET", fix: expect.stringContaining("at least 16 characters") },
      ]);
      expect(JSON.stringify(faults)).not.toContain("hunter2");
    },
  );

  it.each(["DISCORD_TOKEN", "DISCORD_TOKEN_FILE", "GITHUB_WEBHOOK_SECRET", "GITHUB_WEBHOOK_SECRET_FILE"])(
    "does not advise to unset %s where it is required",
    (name) => {
      const others = { DISCORD_TOKEN: "token", GITHUB_WEBHOOK_SECRET: "a-long-webhook-secret" };
      const base = name.replace("_FILE", "");
      const env = { ...others, [base]: undefined, [name]: "" };

      const faults = faultsOf(env, { discord: true, webhookSecret: true });

      expect(faults).toMatchObject([{ source: name, problem: "this is empty" }]);
      expect(faults[0]?.fix).not.toMatch(/unset/);
    },
  );

  it("comes with all the others", () => {
    const env = { GITHUB_TOKEN: "", REDIS_URL: "x", HTTP_PORT: "x", LOG_LEVEL: "x", DISCORD_API_URL: "x" };

    const sources = faultsOf(env, { discord: true, webhookSecret: false }).map(({ source }) => source);

    expect(sources).toEqual([
      "DISCORD_TOKEN",
      "GITHUB_TOKEN",
      "REDIS_URL",
      "DISCORD_API_URL",
      "HTTP_PORT",
      "LOG_LEVEL",
    ]);
  });

  it("is written with its variable, what was found and the fix", () => {
    expect(formatEnvironmentFaults(faultsOf({ LOG_LEVEL: "loud" }))).toBe(
      [
        "LOG_LEVEL: this does not have the right form",
        '  found: "loud"',
        "  fix:   use one of trace, debug, info, warn, error, fatal, silent",
        "",
      ].join("\n"),
    );
  });
});
