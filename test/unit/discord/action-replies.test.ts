import {
  CreateMessageInteractionCallbackRequestSchema,
  ModalInteractionCallbackRequestSchema,
} from "discord-api-spec/zod";
import { InteractionResponseType } from "discord-api-types/v10";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseModal } from "../../../sandbox/discord/validate/check-modal.js";
import type { ActionOutcome, ActionRefusal } from "../../../src/app/outcomes.js";
import type { Refusal } from "../../../src/deployments/refusal.js";
import { outcomeReply } from "../../../src/discord/messages/action-replies.js";
import { approvalForm } from "../../../src/discord/messages/approval-form.js";
import { refusalReply } from "../../../src/discord/messages/replies.js";
import { aRecord, aRelease, configWith, environmentInput, sha, targetOf } from "../deployments/samples.js";
import { anApproval, aWaitingRecord } from "./approval-samples.js";
import { expectHarmless, expectTakenByDiscord, withCommandNames } from "./check-body.js";
import { hostileText } from "./hostile.js";

const languages = ["en", "fr"] as const;
const channel = "112233445566778800";
const target = targetOf(configWith({ prod: environmentInput() }), "shop", "prod");
const by = { userId: "112233445566778899", userName: "alex" };

function reply(outcome: ActionOutcome, language: "en" | "fr" = "en"): string {
  const { content } = outcomeReply(outcome, () => channel, language);
  expectTakenByDiscord({ content });
  return content;
}
const refusedReply = (refusal: ActionRefusal) => reply({ kind: "refused", refusal });

describe("the answer to a press", () => {
  it.each([
    ["an approval", aRecord(), "✅ Approved. Deployment #7"],
    [
      "an approval of what is void by now",
      aRecord({ state: "void" }),
      "⛔ Not approved: deployment #7 is void",
    ],
    ["a refusal", aRecord({ state: "refused" }), "🚫 Refused. Deployment #7"],
    ["a cancellation before the start", aRecord({ state: "cancelled" }), "✋ Cancelled. Deployment #7"],
    [
      "a cancellation while it runs",
      aRecord({ state: "running", cancelRequestedBy: by }),
      "stops after its current step",
    ],
  ])("tells what became of %s", (_what, record, words) => {
    expect(reply({ kind: "done", record })).toContain(words);
  });

  it.each([
    [1, "1 more person must approve"],
    [2, "2 more people must approve"],
  ])("tells that %i are missing", (missing, words) => {
    expect(reply({ kind: "counted", record: aRecord(), missing })).toContain(words);
  });

  it.each([
    ["is on its way", aRecord(), "is on its way"],
    [
      "waits for an approval",
      aWaitingRecord(),
      "waits for its approval in <#112233445566778800>; it expires <t:",
    ],
  ])("tells that what was started %s", (_what, record, words) => {
    expect(reply({ kind: "started", record, target })).toContain(words);
  });

  it.each([
    [{ code: "not-found" }, "does not know this deployment"],
    [{ code: "already-decided", state: "expired" }, "Too late: nobody approved it in time"],
    [{ code: "not-approver", environment: "prod", roles: ["1"] }, "These roles may: <@&1>"],
    [{ code: "not-approver", environment: "prod", roles: [] }, "names no role"],
    [{ code: "own-request" }, "somebody else must approve"],
    [{ code: "approved-already" }, "each person counts once"],
    [{ code: "wrong-word", typed: "deploy" }, "you typed `deploy`"],
    [{ code: "cancel-requested-already" }, "cancelled already"],
    [{ code: "role-missing", environment: "prod", roles: ["1"] }, "You may not deploy to **prod**"],
  ] as const)("says why nothing was changed: %j", (refusal, words) => {
    expect(refusedReply(refusal)).toContain(words);
  });

  it("is harmless whatever was typed instead of DEPLOY", () => {
    fc.assert(
      fc.property(hostileText, (typed) => expectHarmless(refusedReply({ code: "wrong-word", typed }), [])),
    );
  });
});

describe.each(languages)("a refused request in %s", (language) => {
  const lock = { project: "shop", owner: by, since: 1, expiresAt: 1_700_000_000_000, reminded: false };
  const hostile: fc.Arbitrary<Refusal> = hostileText.chain((reason) =>
    fc.constantFrom<Refusal>(
      { code: "locked", environment: "prod", lock: { ...lock, reason } },
      {
        code: "locked",
        environment: "prod",
        lock: { ...lock, reason, owner: { userId: reason, userName: reason } },
      },
      { code: "frozen", environment: "prod", reason, until: 1_700_000_000_000 },
      { code: "outdated", ref: reason, behindBy: 2 },
    ),
  );

  it("is harmless whatever a lock, a freeze or a ref says", () => {
    fc.assert(
      fc.property(hostile, (refusal) => {
        const { content } = refusalReply(refusal, language);
        expectTakenByDiscord({ content });
        expectHarmless(content, [`<@${by.userId}>`]);
      }),
    );
  });
});

describe("a refused request", () => {
  const lock = {
    project: "shop",
    owner: by,
    reason: "",
    since: 1,
    expiresAt: 1_700_000_000_000,
    reminded: false,
  };

  it.each([
    [
      { code: "locked", environment: "prod", lock: { ...lock, environment: "prod" } },
      `**prod** is locked by <@${by.userId}> until <t:1700000000:F>. Ask`,
    ],
    [
      { code: "locked", environment: "prod", lock: { ...lock, reason: "The fair." } },
      "All of **shop** is locked by",
    ],
    [
      { code: "locked", environment: "prod", lock: { ...lock, unreadable: true } },
      "Set that aside with `/unlock`",
    ],
    [
      { code: "frozen", environment: "prod", reason: "Weekend.", until: 1_700_000_000_000 },
      "frozen: Weekend. The next open slot begins <t:1700000000:F>.",
    ],
    [
      { code: "frozen", environment: "prod", reason: "Incident", until: undefined },
      "until somebody ends it with `/unfreeze`",
    ],
    [{ code: "not-on-source", source: "uat", running: sha }, "that is `1234567`"],
    [{ code: "not-validated", source: "uat", ci: "pending" }, "still running"],
    [{ code: "outdated", ref: "main", behindBy: 1 }, "1 commit behind"],
  ] as const)("says what stands in the way: %j", (refusal, words) => {
    expect(withCommandNames(refusalReply(refusal, "en").content)).toContain(words);
  });
});

describe.each(languages)("the form that approves, in %s", (language) => {
  const id = "f".repeat(32);

  it("names the commit and the environment, and asks for the word", () => {
    const [field] = approvalForm(aWaitingRecord(), id, language).components;

    expect(field).toMatchObject({
      label: expect.stringMatching(/DEPLOY.*1234567.*prod/),
      description: "shop / prod · 1234567 · Show the delivery date in the basket",
      component: { placeholder: "DEPLOY", required: true, min_length: 1, max_length: 100 },
    });
  });

  it("is taken by Discord however long and hostile its texts are", () => {
    const kinds = fc.constantFrom("deploy", "promote", "rollback");
    fc.assert(
      fc.property(hostileText, kinds, (subject, kind) => {
        const record = aWaitingRecord({
          ...{ kind, project: "p".repeat(32), environment: "e".repeat(32), approval: anApproval() },
          release: aRelease({ subject }),
        });
        const data = approvalForm(record, id, language);
        const body = { type: InteractionResponseType.Modal, data };
        expect(ModalInteractionCallbackRequestSchema.safeParse(body).error).toBeUndefined();
        expect(() => parseModal(body)).not.toThrow();
        for (const component of data.components) {
          expect("label" in component && (component.label?.length ?? 99)).toBeLessThanOrEqual(45);
          expect("description" in component && (component.description?.length ?? 999)).toBeLessThanOrEqual(
            100,
          );
        }
      }),
    );
  });
});

describe("an ephemeral answer", () => {
  it("has the shape that Discord takes", () => {
    const data = { content: refusedReply({ code: "own-request" }), flags: 64 };
    const body = { type: InteractionResponseType.ChannelMessageWithSource, data };

    expect(CreateMessageInteractionCallbackRequestSchema.safeParse(body).error).toBeUndefined();
  });
});
