import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { readHostKeys } from "../../../src/config/host-keys.js";
import { resolveConfigPath } from "../../../src/config/referenced-secret.js";
import type { Config } from "../../../src/config/schema.js";
import type { EnvironmentFault } from "../../../src/config/variables.js";
import { exampleConfig } from "./example.js";

let folder = "";
let configFile = "";
let key = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-host-keys-"));
  configFile = join(folder, "slipway.yaml");
  mkdirSync(join(folder, "keys"));
  makeKey("keys/bastion", "");
  makeKey("keys/locked", "a passphrase");
  key = readFileSync(join(folder, "keys/bastion"), "utf8");
  writeFileSync(join(folder, "known_hosts"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

function makeKey(file: string, passphrase: string, type = "ed25519"): void {
  execFileSync("ssh-keygen", ["-q", "-t", type, "-C", "test", "-N", passphrase, "-f", join(folder, file)]);
}

/** The example's configuration, where the bastion's key comes from the file that is named. */
function configWith(file: string): Config {
  const config = exampleConfig();
  const bastion = config.hosts["bastion"];
  if (bastion === undefined) throw new Error("the example has no bastion");
  return { ...config, hosts: { ...config.hosts, bastion: { ...bastion, key: { file } } } };
}

function withoutLine(text: string, index: number): string {
  return text.split("\n").toSpliced(index, 1).join("\n");
}

function faultsWith(
  file: string,
  env: NodeJS.ProcessEnv = { SHOP_SSH_KEY: key },
): readonly EnvironmentFault[] {
  const result = readHostKeys(configWith(file), env, configFile);
  return result.kind === "invalid" ? result.faults : [];
}

/** An OpenSSL under a strict policy, as Red Hat has one: it signs nothing with SHA-1. */
function refuseSha1(): void {
  const parse = ssh2.utils.parseKey;
  const spy = vi.spyOn(ssh2.utils, "parseKey").mockImplementation((...args) => {
    const parsed = parse(...args);
    if (parsed instanceof Error) return parsed;
    const sign = parsed.sign.bind(parsed);
    parsed.sign = (data, hash) => {
      if (parsed.type === "ssh-rsa" && hash !== "sha256") throw new Error("invalid digest");
      return sign(data, hash);
    };
    return parsed;
  });
  onTestFinished(() => spy.mockRestore());
}

describe("readHostKeys", () => {
  it("gives each host the key of its file or variable", () => {
    const result = readHostKeys(exampleConfig(), { SHOP_SSH_KEY: key }, configFile);

    expect(
      result.kind === "valid" && Object.entries(result.keys).map(([name, secret]) => [name, secret.reveal()]),
    ).toEqual([
      ["bastion", key],
      ["shop-uat", key],
      ["shop-preprod", key],
    ]);
  });

  it.each(["rsa", "ed25519", "ecdsa"])("takes a healthy %s key where OpenSSL refuses SHA-1", (type) => {
    makeKey(`keys/${type}`, "", type);
    refuseSha1();

    expect(faultsWith(`keys/${type}`)).toEqual([]);
  });

  it("reads the file that NAME_FILE names", () => {
    const env = { SHOP_SSH_KEY_FILE: join(folder, "keys/bastion") };

    const result = readHostKeys(exampleConfig(), env, configFile);

    expect(result.kind === "valid" && result.keys["shop-uat"]?.reveal()).toBe(key);
  });

  it.each([
    ["without its last line break", (text: string) => text.trimEnd()],
    ["with Windows line breaks", (text: string) => text.replaceAll("\n", "\r\n")],
    ["that is indented", (text: string) => text.replaceAll(/^/gm, "    ")],
  ])("repairs a key %s", (_, damage) => {
    const result = readHostKeys(exampleConfig(), { SHOP_SSH_KEY: damage(key) }, configFile);

    expect(result.kind === "valid" && result.keys["shop-uat"]?.reveal()).toBe(key);
  });

  it("shows no key when its result is printed", () => {
    const result = readHostKeys(exampleConfig(), { SHOP_SSH_KEY: key }, configFile);

    expect(JSON.stringify(result)).not.toContain("PRIVATE KEY");
  });

  it("warns of a key file that others can read", () => {
    writeFileSync(join(folder, "keys/open"), key);
    chmodSync(join(folder, "keys/open"), 0o644);

    const result = readHostKeys(configWith("keys/open"), { SHOP_SSH_KEY: key }, configFile);

    expect(result).toMatchObject({ kind: "valid", warnings: [{ source: "hosts.bastion.key.file" }] });
  });

  it("does not warn of a key file that only its owner can read", () => {
    const result = readHostKeys(exampleConfig(), { SHOP_SSH_KEY: key }, configFile);

    expect(result).toMatchObject({ kind: "valid", warnings: [] });
  });
});

describe("a fault of a key", () => {
  it("is a file that does not exist", () => {
    expect(faultsWith("keys/absent")).toMatchObject([
      { source: "hosts.bastion.key.file", problem: "the file cannot be read (ENOENT)" },
    ]);
  });

  it("is a key with a passphrase", () => {
    expect(faultsWith("keys/locked")).toMatchObject([{ found: "a private key with a passphrase" }]);
  });

  it("is the public half", () => {
    expect(faultsWith("keys/bastion.pub")).toMatchObject([{ problem: "this is the public half of the key" }]);
  });

  it("is a key whose line breaks are lost", () => {
    const env = { SHOP_SSH_KEY: key.replaceAll("\n", "\\n") };

    expect(faultsWith("keys/bastion", env)).toMatchObject([
      { source: "SHOP_SSH_KEY", problem: "the line breaks of the key are lost" },
    ]);
  });

  it("is a text that is no key, which is not printed", () => {
    const faults = faultsWith("keys/bastion", { SHOP_SSH_KEY: "hunter2" });

    expect(faults).toMatchObject([{ source: "SHOP_SSH_KEY", problem: "this is not a private key" }]);
    expect(JSON.stringify(faults)).not.toContain("hunter2");
  });

  it.each(["rsa", "ec"])("is a key in the form PKCS#8 (%s)", (type) => {
    const { privateKey } =
      type === "rsa"
        ? generateKeyPairSync("rsa", { modulusLength: 2048 })
        : generateKeyPairSync("ec", { namedCurve: "P-256" });
    const SHOP_SSH_KEY = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

    expect(faultsWith("keys/bastion", { SHOP_SSH_KEY })).toMatchObject([
      { found: "a private key in the form PKCS#8" },
    ]);
  });

  it("is a key in the form PKCS#8 with a passphrase", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const locked = {
      type: "pkcs8",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "a passphrase",
    } as const;
    const SHOP_SSH_KEY = privateKey.export(locked).toString();

    expect(faultsWith("keys/bastion", { SHOP_SSH_KEY })).toMatchObject([
      { found: "a private key with a passphrase" },
    ]);
  });

  it("is an old RSA key with a passphrase", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const locked = {
      type: "pkcs1",
      format: "pem",
      cipher: "aes-256-cbc",
      passphrase: "a passphrase",
    } as const;
    const SHOP_SSH_KEY = privateKey.export(locked).toString();

    expect(faultsWith("keys/bastion", { SHOP_SSH_KEY })).toMatchObject([
      { found: "a private key with a passphrase" },
    ]);
  });

  it.each([
    ["whose last line is missing", (text: string) => text.slice(0, text.indexOf("-----END")), "the end of"],
    ["whose middle is missing", (text: string) => withoutLine(text, 3), "the key is damaged"],
    ["with a character too many", (text: string) => text.replace("\nb3Bl", "\nXb3Bl"), "the key is damaged"],
  ])("is a key %s", (_, damage, problem) => {
    const faults = faultsWith("keys/bastion", { SHOP_SSH_KEY: damage(key) });

    expect(faults).toMatchObject([{ source: "SHOP_SSH_KEY", problem: expect.stringContaining(problem) }]);
  });

  it("is told once for all the hosts that share it, with all the others", () => {
    const faults = faultsWith("keys/absent", {});

    expect(faults.map(({ source }) => source)).toEqual(["hosts.bastion.key.file", "SHOP_SSH_KEY"]);
  });
});

describe("a known_hosts file", () => {
  it("that cannot be read is a fault", () => {
    const elsewhere = join(folder, "keys", "slipway.yaml");

    const result = readHostKeys(configWith("bastion"), { SHOP_SSH_KEY: key }, elsewhere);

    expect(result).toMatchObject({
      kind: "invalid",
      faults: [{ source: "hosts.shop-uat.knownHosts" }, { source: "hosts.shop-preprod.knownHosts" }],
    });
  });
});

describe("resolveConfigPath", () => {
  it.each([
    ["keys/web", "/etc/slipway/keys/web"],
    ["/root/key", "/root/key"],
    ["~/.ssh/key", join(homedir(), ".ssh/key")],
  ])("resolves %s", (path, expected) => {
    expect(resolveConfigPath(path, "/etc/slipway/slipway.yaml")).toBe(expected);
  });
});
