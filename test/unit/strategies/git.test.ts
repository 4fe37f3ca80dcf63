import { describe, expect, expectTypeOf, it } from "vitest";
import type { planGit } from "../../../src/strategies/git.js";
import { CHECK_HOST, MOVE_CHECKOUT, SAVE_ROLLBACK_POINT } from "../../../src/strategies/git-scripts.js";
import { planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, sha, targetOf } from "../deployments/samples.js";

function environmentOf(strategy: object, changes: object = {}) {
  const input = environmentInput({
    ...changes,
    strategy: { type: "git", directory: "/srv/shop", restart: { run: ["restart-it"] }, ...strategy },
  });
  return targetOf(configWith({ uat: input }), "shop", "uat").config;
}

describe("the plan of the git strategy", () => {
  it("is exactly this for one host", () => {
    const environment = environmentOf({
      before: [{ title: "Migrate", run: ["migrate", "--now"], timeout: "10m" }],
      after: [{ run: ["say", "hello world"] }],
      diagnostics: [{ run: ["logs"] }],
    });

    expect(planFor(environment, aRelease())).toEqual({
      steps: [
        {
          kind: "command",
          id: "check-host:web-1",
          title: { code: "check-host" },
          host: "web-1",
          timeoutSeconds: 30,
          argv: ["sh", "-c", CHECK_HOST, "check-host", "/srv/shop", "200", "recursive"],
          readsCheckout: true,
        },
        {
          kind: "command",
          id: "save-rollback-point:web-1",
          title: { code: "save-rollback-point" },
          host: "web-1",
          timeoutSeconds: 30,
          argv: ["sh", "-c", SAVE_ROLLBACK_POINT, "save-rollback-point", "/srv/shop"],
          savesRollbackPoint: true,
        },
        {
          kind: "command",
          id: "fetch:web-1",
          title: { code: "fetch" },
          host: "web-1",
          timeoutSeconds: 1800,
          argv: [
            "git",
            "-c",
            "submodule.recurse=false",
            "-C",
            "/srv/shop",
            "fetch",
            "--no-tags",
            "--no-recurse-submodules",
            "--",
            "origin",
            sha,
          ],
        },
        {
          kind: "command",
          id: "checkout:web-1",
          title: { code: "checkout" },
          host: "web-1",
          timeoutSeconds: 1800,
          argv: [
            ...["sh", "-c", MOVE_CHECKOUT, "checkout", "/srv/shop", "recursive"],
            ...["git", "-c", "submodule.recurse=false", "-C", "/srv/shop", "reset", "--hard", sha, "--"],
          ],
          effect: "files",
        },
        {
          kind: "command",
          id: "before-1:web-1",
          title: { text: "Migrate" },
          host: "web-1",
          argv: ["migrate", "--now"],
          directory: "/srv/shop",
          timeoutSeconds: 600,
        },
        {
          kind: "command",
          id: "restart:web-1",
          title: { code: "restart" },
          host: "web-1",
          argv: ["restart-it"],
          directory: "/srv/shop",
          timeoutSeconds: 300,
          effect: "application",
        },
        {
          kind: "command",
          id: "after-1:web-1",
          title: { text: "say hello world" },
          host: "web-1",
          argv: ["say", "hello world"],
          directory: "/srv/shop",
          timeoutSeconds: 300,
        },
      ],
      diagnostics: [
        {
          kind: "command",
          id: "diagnostics-1:web-1",
          title: { text: "logs" },
          host: "web-1",
          argv: ["logs"],
          directory: "/srv/shop",
          timeoutSeconds: 300,
        },
      ],
    });
  });

  it("looks at every host before it changes one, then goes host after host", () => {
    const environment = environmentOf(
      { before: [{ run: ["migrate"] }], after: [{ run: ["say"] }], diagnostics: [{ run: ["logs"] }] },
      { hosts: ["web-1", "web-2"], health: [{ url: "http://127.0.0.1/a" }, { url: "http://127.0.0.1/b" }] },
    );

    const plan = planFor(environment, aRelease());

    expect(plan.steps.map(({ id }) => id)).toEqual([
      "check-host:web-1",
      "check-host:web-2",
      "save-rollback-point:web-1",
      "fetch:web-1",
      "checkout:web-1",
      "before-1:web-1",
      "restart:web-1",
      "save-rollback-point:web-2",
      "fetch:web-2",
      "checkout:web-2",
      "before-1:web-2",
      "restart:web-2",
      "health-1",
      "health-2",
      "after-1:web-1",
      "after-1:web-2",
    ]);
    expect(plan.diagnostics.map(({ id }) => id)).toEqual(["diagnostics-1:web-1", "diagnostics-1:web-2"]);
  });

  it("carries the configured health check as it is", () => {
    const environment = environmentOf(
      {},
      { health: [{ url: "http://127.0.0.1/a", contains: "ok", attempts: 7, interval: "3s" }] },
    );

    expect(planFor(environment, aRelease()).steps.at(-1)).toEqual({
      kind: "health",
      id: "health-1",
      title: { code: "health" },
      check: {
        type: "http",
        url: "http://127.0.0.1/a",
        contains: "ok",
        attempts: 7,
        interval: 3,
        timeout: 10,
        status: 200,
        redirects: "answer",
      },
    });
  });

  it("checks every host of the environment where a check names none", () => {
    const disk = { type: "disk", path: "/var", minimumFree: "10%" };
    const environment = environmentOf(
      {},
      { hosts: ["web-1", "web-2"], health: [disk, { ...disk, host: "web-2" }] },
    );

    const checks = planFor(environment, aRelease()).steps.flatMap((step) =>
      step.kind === "health" ? [step] : [],
    );

    expect(checks.map(({ id, check }) => [id, "host" in check && check.host])).toEqual([
      ["health-1", "web-1"],
      ["health-2", "web-2"],
      ["health-3", "web-2"],
    ]);
  });

  it("has steps with ids of their own", () => {
    const environment = environmentOf(
      { before: [{ run: ["a"] }, { run: ["a"] }] },
      { hosts: ["web-1", "web-2"] },
    );
    const ids = planFor(environment, aRelease()).steps.map(({ id }) => id);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it("takes nothing of the release but its SHA", () => {
    const hostile = "--upload-pack=$(touch x)";
    const environment = environmentOf({});

    const plan = planFor(environment, aRelease({ ref: hostile, subject: hostile, author: hostile }));

    expect(plan).toEqual(planFor(environment, aRelease()));
  });

  it("takes no text for a SHA that nobody has checked", () => {
    expectTypeOf<string>().not.toExtend<Parameters<typeof planGit>[2]["sha"]>();
  });
});
