import { describe, expect, it } from "vitest";
import { deploy } from "../../../commands/deploy.js";
import { promote } from "../../../commands/promote.js";
import { rollback } from "../../../commands/rollback.js";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { wordsFor } from "../../../src/discord/locales/index.js";
import type { DeploymentView } from "../../../src/discord/messages/deployment-view.js";
import { nextText } from "../../../src/discord/messages/next-text.js";
import { aRecord, aRelease, otherSha, sha } from "../deployments/samples.js";
import { production } from "./approval-samples.js";
import { withCommandNames } from "./check-body.js";

function next(
  changes: Partial<DeploymentRecord>,
  view: Partial<DeploymentView> = {},
  language: "en" | "fr" = "en",
) {
  const record = aRecord({
    state: "failed",
    startedAt: 1,
    failure: { code: "exited", exitCode: 1 },
    ...changes,
  });
  return withCommandNames(nextText({ record, environment: production, ...view }, wordsFor(language)));
}

describe("the next steps of a deployment that failed", () => {
  it("keep the branch that was typed", () => {
    const text = next({ release: aRelease({ ref: "feature-x" }), asked: { ref: "feature-x" } });

    expect(text).toContain("**Retry** makes the same request for the same commit.");
    expect(text).toContain("`/deploy` `environment:uat project:shop ref:feature-x`");
  });

  it("name no branch where none was typed", () => {
    expect(next({ asked: {} })).toContain("`/deploy` `environment:uat project:shop`");
  });

  it("do not leave the ref out where an older record does not say what was typed", () => {
    expect(next({ release: aRelease({ ref: "feature-x" }) })).toContain("ref:feature-x");
    expect(next({ release: aRelease({ ref: sha }) })).toContain("ref:…");
  });

  it("keep the reason of a freeze override", () => {
    const text = next({ asked: {}, breakGlass: "Shop is down" });

    expect(text).toContain(
      "Then request it again: `/deploy` `environment:uat project:shop break-glass:Shop is down`",
    );
    expect(text).not.toContain("Retry");
  });

  it("name the environment that a promotion came from", () => {
    const text = next({ kind: "promote", environment: "prod", asked: { from: "uat" } });

    expect(text).toContain("`/promote` `from:uat to:prod project:shop`");
  });

  it("leave the choice of the release to whoever rolls back", () => {
    expect(next({ kind: "rollback" })).toContain("`/rollback` `environment:uat project:shop to:…`");
  });

  it("name no button that is not there", () => {
    expect(next({ asked: {} }, { canRollBack: false })).not.toContain("Roll back");
    expect(next({ state: "indeterminate" }, { canRollBack: false })).not.toContain("Roll back");
    expect(next({ asked: {} })).toContain("**Roll back** restores the previous release.");
  });

  it("name neither buttons nor commands for an environment that is no longer configured", () => {
    expect(next({ asked: {} }, { environment: undefined })).toBe("");
  });

  it("are French with the names that Discord shows", () => {
    const promotion = { kind: "promote", environment: "prod", asked: { from: "uat" } } as const;

    expect(next(promotion, {}, "fr")).toContain("`/promouvoir` `de:uat vers:prod projet:shop`");
  });
});

describe("the next steps of a request that never ran", () => {
  it("offer the same commit again once it has expired", () => {
    const text = next({ state: "expired", startedAt: undefined, asked: { ref: "main" } });

    expect(text).toContain("**Retry**");
    expect(text).toContain("ref:main");
  });

  it("offer no Retry where the branch has moved on", () => {
    const voidReason = { code: "ref-moved", ref: "main", sha: otherSha } as const;
    const text = next({ state: "void", startedAt: undefined, voidReason, asked: { ref: "main" } });

    expect(text).not.toContain("Retry");
    expect(text).toContain("`/deploy` `environment:uat project:shop ref:main`");
  });
});

it("a rollback says until when it locked the environment, and how to remove the lock", () => {
  const changes = { state: "succeeded", kind: "rollback" } as const;

  expect(next(changes, { lockedUntil: 1_700_000_000_000 })).toContain(
    "locked **uat** for 24 hours, until <t:1700000000:f> (<t:1700000000:R>). Others can deploy after that, or once the lock is removed with `/unlock`",
  );
  expect(next(changes)).not.toContain("locked");
});

describe.each(["en", "fr"] as const)("the command names in %s", (language) => {
  const { next: words } = wordsFor(language);

  it("are those that Discord shows", () => {
    for (const { definition } of [deploy, promote, rollback]) {
      const shown = language === "fr" ? definition.name_localizations?.fr : definition.name;
      expect(withCommandNames(words.command[definition.name as "deploy"])).toBe(`\`/${shown}\``);
      for (const option of definition.options ?? []) {
        const name = language === "fr" ? (option.name_localizations?.fr ?? option.name) : option.name;
        expect(words.option[option.name as "ref"]).toBe(name);
      }
    }
  });
});
