import { describe, expect, it } from "vitest";
import {
  type CiState,
  freezeGate,
  lockGate,
  mayApprove,
  mayDeploy,
  orderGate,
  outdatedGate,
  type Requester,
  roleGate,
} from "../../../src/deployments/gates.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import type { SourceFault } from "../../../src/deployments/refusal.js";
import { aRelease, configWith, environmentInput, otherSha, sha, targetOf } from "./samples.js";

const DEPLOYER = "223344556677889900";
const APPROVER = "223344556677889911";
const OWNER = "112233445566778899";
const NOW = Date.parse("2026-07-01T12:00Z");

function prod(changes: object = {}, project: object = {}) {
  const environments = {
    prod: environmentInput({ roles: { deploy: [DEPLOYER], approve: [APPROVER] }, ...changes }),
  };
  const projects = { shop: { repository: "acme/shop", environments, ...project } };
  return targetOf(configWith({}, { projects }), "shop", "prod");
}

function person(...roles: readonly string[]): Requester {
  return { kind: "person", id: "998877665544332211", name: "bob", roles };
}
const owner: Requester = { kind: "person", id: OWNER, name: "ada", roles: [DEPLOYER] };
const trigger: Requester = { kind: "trigger" };

describe("roleGate", () => {
  it.each([
    ["a person with the role", person("1", DEPLOYER), true],
    ["an approver who is no deployer", person(APPROVER), false],
    ["a person without roles", person(), false],
    ["a trigger", trigger, true],
  ])("for %s", (_who, requester, passes) => {
    const refusal = { code: "role-missing", environment: "prod", roles: [DEPLOYER] };

    expect(mayDeploy(prod(), requester)).toBe(passes);
    expect(roleGate(prod(), requester)).toEqual(passes ? undefined : refusal);
  });
});

describe("mayApprove", () => {
  it.each([
    [[APPROVER], true],
    [[DEPLOYER], false],
    [[], false],
  ])("with the roles %j is %s", (roles, may) => {
    expect(mayApprove(prod(), roles)).toBe(may);
  });

  it("is nobody's where no role is configured", () => {
    expect(mayApprove(prod({ roles: { deploy: [DEPLOYER] } }), [DEPLOYER, APPROVER])).toBe(false);
  });
});

describe("lockGate", () => {
  const lock: PersonLock = {
    project: "shop",
    environment: "prod",
    owner: { userId: OWNER, userName: "ada" },
    reason: "migration",
    since: NOW - 1,
    expiresAt: NOW + 1,
    reminded: false,
  };
  const open = { ownerMayDeploy: true, approversMayDeploy: true };
  const closed = { ownerMayDeploy: false, approversMayDeploy: false };

  it.each<[string, Requester, object, boolean]>([
    ["the owner, by default", owner, {}, true],
    ["the owner, where even they are stopped", owner, { locks: closed }, false],
    ["somebody else", person(DEPLOYER), { locks: open }, false],
    ["an approver, by default", person(APPROVER), {}, false],
    ["an approver, where approvers are let through", person(APPROVER), { locks: open }, true],
    ["a trigger", trigger, { locks: open }, false],
  ])("for %s", (_who, requester, changes, passes) => {
    const refusal = { code: "locked", environment: "prod", lock };

    expect(lockGate(prod(changes), requester, lock, NOW)).toEqual(passes ? undefined : refusal);
  });

  it("lets everybody pass without a lock, and from the millisecond on in which it ends", () => {
    expect(lockGate(prod(), trigger, undefined, NOW)).toBeUndefined();
    expect(lockGate(prod(), trigger, lock, lock.expiresAt - 1)).toBeDefined();
    expect(lockGate(prod(), trigger, lock, lock.expiresAt)).toBeUndefined();
  });

  it.each([
    ["its would-be owner", owner],
    ["an approver", person(APPROVER)],
  ])("stops %s at a lock that cannot be read", (_who, requester) => {
    const unreadable = { ...lock, unreadable: true } as const;

    expect(lockGate(prod({ locks: open }), requester, unreadable, NOW)).toMatchObject({ code: "locked" });
  });
});

describe("freezeGate", () => {
  const nightly = { freeze: [{ starts: "0 12 * * *", lasts: "2h", reason: "lunch" }] };
  const manual: ManualFreeze = {
    project: "shop",
    by: { userId: OWNER, userName: "ada" },
    reason: "stop the line",
    since: NOW - 1,
  };
  const deploy = { kind: "deploy" } as const;

  it.each<[string, { kind: DeploymentRecord["kind"]; breakGlass?: string }, boolean]>([
    ["a deployment", deploy, false],
    ["a promotion", { kind: "promote" }, false],
    ["a rollback", { kind: "rollback" }, true],
    ["what breaks the glass", { kind: "deploy", breakGlass: "the shop is down" }, true],
    ["what breaks the glass for no reason", { kind: "deploy", breakGlass: " " }, false],
  ])("for %s", (_what, request, passes) => {
    const byWindow = freezeGate(prod(nightly), request, undefined, NOW);
    const byPerson = freezeGate(prod(), request, manual, NOW);

    expect([byWindow === undefined, byPerson === undefined]).toEqual([passes, passes]);
  });

  it.each<[string, object, ManualFreeze | undefined, object | undefined]>([
    ["nothing outside of windows", {}, undefined, undefined],
    ["the window and its end", nightly, undefined, { reason: "lunch", until: NOW + 7_200_000 }],
    ["a person's freeze without an end", {}, manual, { reason: "stop the line", until: undefined }],
    ["a person's freeze and its end", {}, { ...manual, expiresAt: NOW + 1 }, { until: NOW + 1 }],
    [
      "the slot after a window that is open at that end",
      nightly,
      { ...manual, expiresAt: NOW + 1 },
      { until: NOW + 7_200_000 },
    ],
    ["nothing once a person's freeze has ended", {}, { ...manual, expiresAt: NOW }, undefined],
    [
      "the window once a person's freeze has ended",
      nightly,
      { ...manual, expiresAt: NOW },
      { reason: "lunch" },
    ],
  ])("tells %s", (_what, changes, freeze, expected) => {
    const refusal = freezeGate(prod(changes), deploy, freeze, NOW);

    if (expected === undefined) expect(refusal).toBeUndefined();
    else expect(refusal).toMatchObject({ code: "frozen", environment: "prod", ...expected });
  });
});

describe("orderGate", () => {
  const runs = { sha };
  const notOnSource = (why: SourceFault) => ({ code: "not-on-source", running: undefined, why });

  it.each<[string, typeof runs | SourceFault, CiState, object | undefined]>([
    ["what runs there, validated", runs, "passed", undefined],
    ["nothing runs there", "nothing", "passed", notOnSource("nothing")],
    ["another commit runs there", { sha: otherSha }, "passed", { code: "not-on-source", running: otherSha }],
    ["its deployment failed", "not-succeeded", "passed", notOnSource("not-succeeded")],
    ["it is not known what runs there", "unknown", "passed", notOnSource("unknown")],
    ["a deployment runs there", "changing", "passed", notOnSource("changing")],
    ["its checks are pending", runs, "pending", { code: "not-validated", ci: "pending" }],
    ["its checks failed", runs, "failed", { code: "not-validated", ci: "failed" }],
    ["it has no checks", runs, "missing", { code: "not-validated", ci: "missing" }],
    ["GitHub does not say", runs, "unknown", { code: "not-validated", ci: "unknown" }],
  ])("when %s", (_what, running, ci, expected) => {
    const refusal = orderGate(prod({ from: "preprod" }), aRelease({ sha }), { runs: running, ci });

    expect(refusal).toEqual(expected && { source: "preprod", ...expected });
  });

  it("does not ask for checks where the project ignores them", () => {
    const target = prod({ from: "preprod" }, { ci: "ignored" });

    expect(orderGate(target, aRelease(), { runs, ci: "failed" })).toBeUndefined();
  });

  it("asks nothing where no environment comes before", () => {
    expect(orderGate(prod(), aRelease(), { runs: "nothing", ci: "failed" })).toBeUndefined();
  });
});

describe("outdatedGate", () => {
  it.each([
    ["refuse", 0, false],
    ["refuse", 3, true],
    ["refuse", undefined, true],
    ["warn", undefined, false],
    ["warn", 3, false],
    ["allow", 3, false],
  ])("with `%s` and %s commits behind", (outdated, behindBy, refuses) => {
    const refusal = outdatedGate(prod({ outdated }), aRelease({ ref: "feature" }), behindBy);

    expect(refusal).toEqual(refuses ? { code: "outdated", ref: "feature", behindBy } : undefined);
  });
});
