import { ButtonStyle } from "discord-api-types/v10";
import { describe, expect, it } from "vitest";
import { DeploymentState } from "../../../src/deployments/record.js";
import { wordsFor } from "../../../src/discord/locales/index.js";
import { buttonRows, buttonsFor } from "../../../src/discord/messages/buttons.js";
import { aRecord, sha } from "../deployments/samples.js";
import { buttonIds, production } from "./approval-samples.js";
import { expectTakenByDiscord } from "./check-body.js";

const by = { userId: "112233445566778899", userName: "alex" };

describe("the buttons", () => {
  it.each([
    ["awaiting-approval", {}, ["approve", "refuse", "cancel"]],
    ["queued", {}, ["cancel"]],
    ["running", {}, ["cancel"]],
    ["succeeded", {}, ["rollback"]],
    ["failed", {}, ["retry", "rollback"]],
    ["indeterminate", {}, ["mark-failed", "run-again", "rollback"]],
    ["cancelled", { startedAt: 1 }, ["retry", "rollback"]],
    ["cancelled", {}, []],
    ["superseded", {}, []],
    ["refused", {}, []],
    ["expired", {}, ["retry"]],
    ["void", {}, ["retry"]],
    ["void", { voidReason: { code: "ref-moved", ref: "main", sha } }, []],
    ["void", { startedAt: 1 }, ["retry", "rollback"]],
  ] as const)("of a deployment that is %s %j are %j", (state, changes, actions) => {
    const buttons = buttonsFor(aRecord({ state, ...changes }), production);

    expect(buttons.map(({ action }) => action)).toEqual(actions);
  });

  it.each([
    ["succeeded", {}, []],
    ["failed", {}, ["retry"]],
    ["cancelled", { startedAt: 1 }, ["retry"]],
    ["indeterminate", {}, ["mark-failed", "run-again"]],
  ] as const)("offer no rollback that could only be refused to one that is %s", (state, changes, actions) => {
    const buttons = buttonsFor(aRecord({ state, ...changes }), production, false);

    expect(buttons.map(({ action }) => action)).toEqual(actions);
  });

  it("offer to stop at once what was cancelled, and that once", () => {
    const cancelled = aRecord({ state: "running", cancelRequestedBy: by });

    expect(buttonsFor(cancelled, production)).toEqual([{ action: "stop" }]);
    expect(buttonsFor({ ...cancelled, stopRequestedBy: by }, production)).toEqual([
      { action: "stop", disabled: true },
    ]);
  });

  it.each(DeploymentState.options)(
    "are none for a deployment that is %s on a forgotten environment",
    (state) => {
      expect(buttonsFor(aRecord({ state }), undefined)).toEqual([]);
    },
  );

  it.each(["en", "fr"] as const)("are taken by Discord, in %s", (language) => {
    const components = buttonRows(
      [{ action: "approve" }, { action: "refuse" }, { action: "cancel", disabled: true }],
      buttonIds,
      wordsFor(language),
    );

    expectTakenByDiscord({ content: "x", components });
    expect(components[0]?.components.map(({ style, disabled }) => [style, disabled])).toEqual([
      [ButtonStyle.Success, undefined],
      [ButtonStyle.Danger, undefined],
      [ButtonStyle.Secondary, true],
    ]);
  });

  it("leave out what has no id, and the row with them", () => {
    expect(buttonRows([{ action: "retry" }], {}, wordsFor("en"))).toEqual([]);
  });
});
