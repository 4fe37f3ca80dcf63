import { describe, expect, it } from "vitest";
import { PROVEN_BACKUP } from "../../../src/strategies/backup.js";
import { hashPlan, planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, otherSha, targetOf } from "../deployments/samples.js";

const backup = { run: ["pg_dump", "--file", "/backup/shop.sql"], artifact: "/backup/shop.sql" };

function environmentOf(changes: object = {}) {
  return targetOf(configWith({ uat: environmentInput(changes) }), "shop", "uat").config;
}

const stepIds = (changes: object) => planFor(environmentOf(changes), aRelease()).steps.map(({ id }) => id);

describe("the backup in a plan", () => {
  it("is the first step of all, on the first host, with the command as arguments", () => {
    const { steps } = planFor(environmentOf({ backup, hosts: ["web-1", "web-2"] }), aRelease());

    expect(steps[0]).toEqual({
      kind: "command",
      id: "backup:web-1",
      title: { code: "backup" },
      host: "web-1",
      argv: ["sh", "-c", PROVEN_BACKUP, "backup", "/backup/shop.sql", ...backup.run],
      timeoutSeconds: 600,
    });
    expect(steps.slice(1)).toEqual(planFor(environmentOf({ hosts: ["web-1", "web-2"] }), aRelease()).steps);
  });

  it("is made on the host that is named, in the time that is named", () => {
    const named = { ...backup, host: "web-2", timeout: "45m" };

    expect(planFor(environmentOf({ backup: named }), aRelease()).steps[0]).toMatchObject({
      ...{ id: "backup:web-2", host: "web-2", timeoutSeconds: 2_700 },
    });
  });

  it("is not there where none is configured", () => {
    expect(stepIds({})).not.toContain("backup:web-1");
  });
});

describe("the hash of a plan", () => {
  const hashOf = (changes: object = {}, release = aRelease()) => {
    const environment = environmentOf(changes);
    return hashPlan(environment, planFor(environment, release));
  };
  const health = { url: "http://127.0.0.1/health" };
  const git = { type: "git", directory: "/srv/shop", restart: { run: ["docker", "compose", "restart"] } };

  it("is SHA-256, the same for the same plan, whoever wrote the commit", () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf({}, aRelease({ ref: "other", subject: "other", author: "other" }))).toBe(hashOf());
  });

  it.each<readonly [string, object]>([
    ["a host more", { hosts: ["web-1", "web-2"] }],
    ["another host", { hosts: ["web-2"] }],
    ["a backup", { backup }],
    ["a health check", { health: [health] }],
    ["another directory", { strategy: { ...git, directory: "/srv/other" } }],
    ["another restart", { strategy: { ...git, restart: { run: ["docker", "compose restart"] } } }],
    ["another timeout", { strategy: { ...git, restart: { ...git.restart, timeout: "1m" } } }],
    ["a command before", { strategy: { ...git, before: [{ run: ["migrate"] }] } }],
    ["a command after", { strategy: { ...git, after: [{ run: ["migrate"] }] } }],
    ["a diagnostic command", { strategy: { ...git, diagnostics: [{ run: ["logs"] }] } }],
  ])("changes with %s", (_what, changes) => {
    expect(hashOf(changes)).not.toBe(hashOf());
  });

  it.each([
    ["its status", { status: 204 }],
    ["its attempts", { attempts: 5 }],
    ["its text", { contains: "ok" }],
  ])("changes when a health check changes %s", (_what, changes) => {
    expect(hashOf({ health: [{ ...health, ...changes }] })).not.toBe(hashOf({ health: [health] }));
  });

  it("changes with the commit", () => {
    expect(hashOf({}, aRelease({ sha: otherSha }))).not.toBe(hashOf());
  });

  it("stays the same when only people's settings change", () => {
    const changes = { outdated: "refuse", url: "https://shop.example.org", approval: { quorum: 3 } };

    expect(hashOf(changes)).toBe(hashOf());
  });
});
