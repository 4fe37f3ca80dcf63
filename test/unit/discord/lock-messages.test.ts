import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LockList, LockOutcome, UnlockOutcome } from "../../../src/app/locks.js";
import type { ManualFreeze, PersonLock } from "../../../src/deployments/locks.js";
import { command } from "../../../src/discord/locales/command-names.js";
import {
  expiredMessage,
  frozenMessage,
  type LockMessageBody,
  lockedMessage,
  lockWords,
  reminderMessage,
  unfrozenMessage,
  unlockedMessage,
} from "../../../src/discord/messages/lock-messages.js";
import {
  freezeReply,
  lockReply,
  locksReply,
  unfreezeReply,
  unknownSpanReply,
  unlockReply,
} from "../../../src/discord/messages/lock-replies.js";
import { aRecord } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf, withCommandNames } from "./check-body.js";
import { hostileText } from "./hostile.js";

const NOW = 1_700_000_000_000;
const ada = { userId: "112233445566778899", userName: "ada" };
const bob = { userId: "112233445566778800", userName: "bob" };
const BUTTON = "0123456789abcdef0123456789abcdef";
const languages = ["en", "fr"] as const;

function aLock(changes: Partial<PersonLock> = {}): PersonLock {
  const times = { since: NOW, expiresAt: NOW + 86_400_000, reminded: false };
  return { project: "shop", environment: "prod", owner: ada, reason: "migration", ...times, ...changes };
}

function aFreeze(changes: Partial<ManualFreeze> = {}): ManualFreeze {
  return { project: "shop", environment: "prod", by: ada, reason: "stop the line", since: NOW, ...changes };
}

/** Every notice about this lock and this freeze. */
function notices(lock: PersonLock, freeze: ManualFreeze, language: "en" | "fr"): readonly LockMessageBody[] {
  return [
    lockedMessage(lock, language),
    lockedMessage({ ...lock, renewedAt: NOW }, language),
    unlockedMessage(lock, bob, language),
    reminderMessage(lock, BUTTON, language),
    expiredMessage(lock, language),
    frozenMessage(freeze, language),
    frozenMessage({ ...freeze, expiresAt: NOW + 1 }, language),
    unfrozenMessage(freeze, bob, language),
    unfrozenMessage(freeze, undefined, language),
  ];
}

/** Every reply about them. */
function replies(lock: PersonLock, freeze: ManualFreeze, language: "en" | "fr") {
  const scope = { project: "shop", environment: "prod" };
  const refusals = [
    { code: "role-missing", environment: "prod", roles: ["223344556677889900"] },
    {
      code: "role-missing",
      environment: "all",
      roles: ["223344556677889900"],
      missing: Array.from({ length: 60 }, (_, index) => `environment-${index}`),
    },
    { code: "ambiguous-project", environment: "all", projects: ["shop", "site"] },
    { code: "unknown-environment", environment: "qa", known: ["prod"] },
  ] as const;
  const taken: readonly LockOutcome[] = [
    ...[
      { kind: "locked" as const, lock },
      { kind: "held" as const, lock },
    ],
    ...refusals.map((refusal) => ({ kind: "refused" as const, refusal })),
  ];
  const freezes: readonly LockOutcome[] = [
    { kind: "locked", lock: freeze },
    { kind: "locked", lock: { ...freeze, expiresAt: NOW + 1 } },
    { kind: "held", lock: freeze },
  ];
  const undone = (wider: PersonLock | ManualFreeze): readonly UnlockOutcome[] => [
    { kind: "unlocked", lock: wider },
    { kind: "not-locked", scope },
    { kind: "not-locked", scope, wider },
  ];
  return [
    ...taken.map((outcome) => lockReply(outcome, language)),
    ...freezes.map((outcome) => freezeReply(outcome, language)),
    ...undone(lock).map((outcome) => unlockReply(outcome, bob.userId, language)),
    ...undone(freeze).map((outcome) => unfreezeReply(outcome, language)),
    locksReply({ locks: [lock], freezes: [freeze], holders: [aRecord({ state: "running" })] }, language),
  ];
}

describe.each(languages)("in %s", (language) => {
  it("every notice and reply is taken by Discord", () => {
    for (const environment of ["prod", undefined]) {
      const bodies = [
        ...notices(aLock({ environment }), aFreeze({ environment }), language),
        ...replies(aLock({ environment }), aFreeze({ environment }), language),
      ];
      for (const body of bodies) expectTakenByDiscord(body);
    }
  });

  it("nothing is left undefined", () => {
    const lock = aLock({ unreadable: true, owner: { userId: "0", userName: "unknown" } });
    for (const body of [
      ...notices(aLock({ environment: undefined }), aFreeze({ environment: undefined }), language),
      ...replies(lock, aFreeze({ unreadable: true }), language),
    ]) {
      expect(JSON.stringify(body)).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it("no reason and no name can mention, link or break out", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (reason, userName) => {
        const owner = { userId: "0", userName };
        const bodies = [
          ...notices(aLock({ reason, owner }), aFreeze({ reason, by: owner }), language),
          ...replies(aLock({ reason, owner }), aFreeze({ reason, by: owner }), language),
        ];
        for (const body of bodies) {
          expectTakenByDiscord(body);
          for (const text of textsOf(body)) expectHarmless(text, OURS);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("what was typed as a span comes back as code", () => {
    fc.assert(
      fc.property(hostileText, (typed) => {
        const reply = unknownSpanReply(typed, language);

        expectTakenByDiscord(reply);
        expectHarmless(reply.content, OURS);
      }),
    );
  });
});

/** Mentions that Slipway itself writes, and the times that Discord draws. */
const OURS = [...[`<@${ada.userId}>`, `<@${bob.userId}>`, "<@&223344556677889900>"]];

describe("who is called", () => {
  const called = ({ allowed_mentions }: LockMessageBody) => allowed_mentions;

  it("is the owner, when somebody else unlocks", () => {
    const body = unlockedMessage(aLock(), bob, "en");

    expect(called(body)).toEqual({ parse: [], users: [ada.userId] });
    expect(body.content).toContain(`<@${ada.userId}>`);
  });

  it("is the owner, when the lock ends soon", () => {
    const body = reminderMessage(aLock(), BUTTON, "en");

    expect(called(body)).toEqual({ parse: [], users: [ada.userId] });
    expect(body.content).toContain(`<@${ada.userId}>`);
  });

  it.each([
    ["who unlocks their own", unlockedMessage(aLock(), ada, "en")],
    [
      "whose lock cannot be read",
      unlockedMessage(aLock({ owner: { userId: "0", userName: "x" } }), bob, "en"),
    ],
    ["who locks", lockedMessage(aLock(), "en")],
    ["whose lock has ended", expiredMessage(aLock(), "en")],
    ["who freezes", frozenMessage(aFreeze(), "en")],
    ["who ends a freeze", unfrozenMessage(aFreeze(), bob, "en")],
  ])("is nobody %s", (_who, body) => {
    expect(called(body)).toEqual({ parse: [] });
    expect(body.content).not.toContain("<@");
  });
});

describe("the reminder", () => {
  it("carries one button, that unlocks", () => {
    expect(reminderMessage(aLock(), BUTTON, "en").components).toMatchObject([
      { components: [{ custom_id: BUTTON, label: "Unlock" }] },
    ]);
  });
});

describe("unlockReply", () => {
  it("says that the owner is told, only when it was somebody else's", () => {
    const unlocked: UnlockOutcome = { kind: "unlocked", lock: aLock() };

    expect(unlockReply(unlocked, bob.userId, "en").content).toContain(`<@${ada.userId}>`);
    expect(unlockReply(unlocked, ada.userId, "en").content).not.toContain("<@");
  });

  it("names the command that takes the project's lock off", () => {
    const wider = aLock({ environment: undefined });
    const reply = unlockReply({ kind: "not-locked", scope: aLock(), wider }, ada.userId, "en");

    expect(withCommandNames(reply.content)).toContain("`/unlock` `environment:all project:shop`");
  });
});

describe("locksReply", () => {
  it("says so when nothing is locked", () => {
    expect(locksReply({ locks: [], freezes: [] }, "en").content).toContain("Nothing is locked");
  });

  it("shows scope, owner, reason, start and end of each", () => {
    const list: LockList = {
      locks: [aLock()],
      freezes: [aFreeze({ environment: undefined })],
      holders: [aRecord()],
    };

    const fields = locksReply(list, "en").embeds?.[0]?.fields;

    expect(fields).toEqual([
      {
        name: "🧊 shop / all environments",
        value: `<@${ada.userId}> · stop the line\nSince <t:1700000000:R> · Ends when somebody types ${command("unfreeze", "en")}`,
      },
      {
        name: "🔒 shop / prod",
        value: `<@${ada.userId}> · migration\nSince <t:1700000000:R> · Ends <t:1700086400:f> (<t:1700086400:R>)`,
      },
      {
        name: "🚀 shop / uat",
        value: `Deployment #7 is under way (<@${ada.userId}>).\nSince <t:1700000000:R>`,
      },
    ]);
  });

  it("stays within Discord's limits with very many, and says how many are missing", () => {
    const locks = Array.from({ length: 60 }, () => aLock({ reason: "*".repeat(200) }));

    const reply = locksReply({ locks, freezes: [] }, "en");

    expectTakenByDiscord(reply);
    const shown = reply.embeds?.[0]?.fields?.length ?? 0;
    expect(reply.embeds?.[0]?.footer?.text).toBe(`… and ${60 - shown} more`);
  });
});

describe("the words", () => {
  /** The path of every word, with what it is. */
  function shape(value: unknown, path = ""): readonly string[] {
    if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
    return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
  }
  function texts(value: unknown): readonly string[] {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return [String(value("A", "B", "C", "D"))];
    return Object.values(value ?? {}).flatMap(texts);
  }

  it("are the same in number and kind in both languages", () => {
    expect(shape(lockWords("fr"))).toEqual(shape(lockWords("en")));
  });

  it("differ between the languages", () => {
    const french = texts(lockWords("fr"));

    expect(texts(lockWords("en")).filter((text, index) => text === french[index])).toEqual([]);
  });

  it("hold no English in French", () => {
    const english =
      /\b(?:the|and|of|is|not|by|until|lock|locked|freeze|frozen|ends|since|reason|owner|type)\b/i;

    expect(texts(lockWords("fr")).filter((text) => english.test(text.replace(/`[^`]*`/g, "")))).toEqual([]);
  });
});
