import { generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksSecret } from "../../../src/config/display.js";
import { readEnvironment } from "../../../src/config/environment.js";
import { formatFaults } from "../../../src/config/format-faults.js";
import { edit, exampleText, faultsOf } from "./example.js";

const PRIVATE_KEY = generateKeyPairSync("ed25519")
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

/** Made here and put together from parts, so that no scanner takes the source for a leak. */
const SECRETS = [
  `${randomBytes(18).toString("base64url")}.${randomBytes(4).toString("hex")}.${randomBytes(28).toString("base64url")}`,
  `ghp_${randomBytes(18).toString("hex")}`,
  `github_pat_${randomBytes(30).toString("hex")}`,
  randomBytes(32).toString("hex"),
  randomBytes(32).toString("base64url"),
  "redis://:correct-horse@redis.example.com:6379",
];

/** Wherever a secret is pasted in the file, as a value and as a list item. */
const PLACES: readonly (readonly [string, (secret: string) => string])[] = [
  ['guild: "112233445566778899"', (secret) => `guild: "${secret}"`],
  ["user: slipway", (secret) => `user: "${secret}:"`],
  ["key: { file: keys/bastion }", (secret) => `key: "${secret}"`],
  ["key: { file: keys/bastion }", (secret) => `key: { variable: "${secret}" }`],
  ["jump: bastion", (secret) => `jump: "${secret}"`],
  ["language: fr", (secret) => `token: "${secret}"`],
  ["language: fr", (secret) => `"${secret}": token`],
  ["hosts: [shop-uat]", (secret) => `hosts: ["${secret}"]`],
  ["language: fr", (secret) => `language: ${secret}: x`],
  ["language: fr", (secret) => `\ttoken: ${secret}`],
  ["maxLatency: 2s", (secret) => `maxLatency: "${secret}"`],
  ["{ file: keys/preprod-password }", (secret) => `"${secret}"`],
  ["{ file: keys/preprod-password }", (secret) => `{ variable: "${secret}" }`],
  ["X-Monitoring: slipway", (secret) => `Authorization: "${secret}"`],
  ["X-Monitoring: slipway", (secret) => `"${secret}:": x`],
];

function printed(text: string): string {
  return formatFaults(faultsOf(text), { color: false });
}

describe("a secret in the wrong place of the file", () => {
  it.each(SECRETS.flatMap((secret, index) => PLACES.map((place, at) => [index, at, secret, place] as const)))(
    "is not printed (secret %i, place %i)",
    (_, __, secret, [from, to]) => {
      const output = printed(edit(exampleText, from, to(secret)));

      expect(output).toContain("fault");
      expect(output).not.toContain(secret.slice(0, 12));
    },
  );

  it.each([
    ["as a block", `key: |\n${PRIVATE_KEY.replaceAll(/^/gm, "      ")}`],
    ["without indentation", `key: |\n${PRIVATE_KEY}`],
    ["without a mark", `key:\n${PRIVATE_KEY}`],
  ])("is not printed when it is a private key %s", (_, pasted) => {
    const body = PRIVATE_KEY.split("\n")[1] ?? "";

    const output = printed(edit(exampleText, "key: { file: keys/bastion }", pasted));

    expect(output).toContain("fault");
    expect(output).not.toContain(body.slice(0, 12));
  });

  it("is not printed when only its name tells", () => {
    const output = printed(edit(exampleText, "key: { file: keys/bastion }", "key: hunter2"));

    expect(output).not.toContain("hunter2");
  });
});

describe("text that is no secret", () => {
  it.each([
    "shop-production-eu-west-1",
    "/srv/shop/releases/current",
    "112233445566778899",
    "docker compose restart",
  ])("is shown: %s", (text) => {
    expect(looksSecret(text)).toBe(false);
  });
});

describe("what is quoted from a file", () => {
  it("holds no control codes", () => {
    const codes = fc.constantFrom("\u001b[31m", "\u0007", "\u202e", "\u200b", "\u0085", "\r");

    fc.assert(
      fc.property(fc.array(fc.oneof(codes, fc.string({ maxLength: 5 })), { minLength: 1 }), (parts) => {
        const output = printed(edit(exampleText, "jump: bastion", `jump: ${JSON.stringify(parts.join(""))}`));

        expect(output.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 50 },
    );
  });
});

describe("a secret in the environment", () => {
  it.each(["DISCORD_TOKEN", "GITHUB_TOKEN", "REDIS_URL", "DISCORD_TOKEN_FILE", "GITHUB_WEBHOOK_SECRET_FILE"])(
    "is not printed when %s is refused",
    (name) => {
      const secret = `hunter2 ${randomBytes(20).toString("hex")}`;

      const result = readEnvironment({ [name]: secret }, { discord: true, webhookSecret: true });

      expect(result.kind).toBe("invalid");
      expect(JSON.stringify(result)).not.toContain("hunter2");
    },
  );

  it("is not printed when an address holds a password", () => {
    const env = { DISCORD_API_URL: "https://me:hunter2@example.com" };

    const result = readEnvironment(env, { discord: false, webhookSecret: false });

    expect(result).toMatchObject({ kind: "invalid", faults: [{ source: "DISCORD_API_URL" }] });
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });
});
