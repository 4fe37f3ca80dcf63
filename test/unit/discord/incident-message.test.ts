import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeploymentRecord } from "../../../src/deployments/record.js";
import { headlineText, incidentMessage } from "../../../src/discord/messages/incident-message.js";
import {
  blindnessCall,
  blindnessMessage,
  callMessage,
  recoveryMessage,
  summaryMessage,
} from "../../../src/discord/messages/incident-notices.js";
import { incidentWords } from "../../../src/discord/messages/incident-text.js";
import type {
  FaredEnvironment,
  IncidentView,
  RunsThere,
} from "../../../src/discord/messages/incident-view.js";
import { spanText } from "../../../src/discord/messages/span-text.js";
import type { Incident, Member } from "../../../src/health/incidents/incident.js";
import { aRecord, aRelease, runningOf, sha } from "../deployments/samples.js";
import { expectHarmless, expectTakenByDiscord, textsOf } from "./check-body.js";
import { hostileText } from "./hostile.js";

const NOW = 1_700_000_000_000;
const MINUTE = 60_000;
const ada = { userId: "112233445566778899", userName: "ada" };
const ROLE = "223344556677889900";
const languages = ["en", "fr"] as const;
const buttons = { acknowledge: "a", snooze: "s", rollback: "r", logs: "l" };

function aMember(changes: Partial<Member> = {}): Member {
  return {
    ...{ project: "shop", environment: "uat", state: "down", downSince: NOW, confirmedAt: NOW + 30_000 },
    lastGoodAt: NOW - MINUTE,
    failing: [
      { id: "https://shop.example.com/healthz", reason: { code: "status", expected: 200, got: 503 } },
    ],
    ...changes,
  };
}

function anIncident(changes: Partial<Incident> = {}): Incident {
  return {
    ...{ schema: 1, id: "0123456789abcdef01234567", channelId: "1", startedAt: NOW, openedAt: NOW + 30_000 },
    ...{ members: [aMember()], mentioned: [ROLE], escalatedTo: [] },
    ...changes,
  };
}

function runsThere(through: DeploymentRecord): RunsThere {
  const { project, environment, repository } = through;
  const target = { projectConfig: { repository } };
  return { project, environment, target, running: runningOf(through), through, canRollBack: true };
}

const runs = [runsThere(aRecord({ state: "succeeded", finishedAt: NOW - 12 * MINUTE }))];

function aView(changes: Partial<Incident> = {}): IncidentView {
  return { incident: anIncident(changes), runs, buttons };
}

function labels(view: IncidentView): readonly (string | undefined)[] {
  const [row] = incidentMessage(view, "en").components;
  return (row?.components ?? []).map(({ label }) => label);
}

function textOf(view: IncidentView, language: "en" | "fr" = "en"): string {
  return textsOf(incidentMessage(view, language)).join("\n");
}

/** Every message about such an incident. */
function bodies(incident: Incident, records: IncidentView["runs"], language: "en" | "fr") {
  return [
    incidentMessage({ incident, runs: records, buttons }, language),
    recoveryMessage(incident, language),
    callMessage(incident, { why: "joined", roles: [ROLE] }, language),
    callMessage(incident, { why: "unacknowledged", roles: [ROLE] }, language),
  ];
}

describe("the message of an incident", () => {
  it("says what is down, since when, why, and when it was last good", () => {
    const body = incidentMessage(aView(), "en");

    expect(body.content).toBe(`🔴 **UAT - Down**\n<@&${ROLE}>`);
    expect(body.embeds?.[0]?.description).toBe(
      [
        "Down since <t:1700000000:t> (<t:1700000000:R>). Last good: <t:1699999940:t> (<t:1699999940:R>).",
        "❌ `https://shop.example.com/healthz`: status 503 instead of 200",
      ].join("\n"),
    );
  });

  it("says who deployed what and when", () => {
    expect(incidentMessage(aView(), "en").embeds?.[0]?.fields).toEqual([
      {
        name: "What runs there",
        value: `[\`1234567\`](https://github.com/acme/shop/commit/${sha}) · \`main\` · Sell more shoes\ndeployed <t:1699999280:R> by <@${ada.userId}>`,
        inline: false,
      },
    ]);
  });

  it("says who acknowledged it, and who wants silence until when", () => {
    const text = textOf(
      aView({ acknowledged: { ...ada, at: NOW }, snoozed: { ...ada, at: NOW, until: NOW + 60 * MINUTE } }),
    );

    expect(text).toContain(`👀 Acknowledged by <@${ada.userId}> <t:1700000000:R>`);
    expect(text).toContain(`🔕 Snoozed by <@${ada.userId}> until <t:1700003600:t>`);
  });

  it.each([
    ["offer", "**Roll back** restores the previous release"],
    ["rollback", "rolls it back, as configured, if that is still possible"],
  ] as const)("says that a new release did not hold (%s)", (action, words) => {
    const members = [aMember({ failedBake: { deploymentId: "d1", action } })];

    expect(textOf(aView({ members }))).toContain(words);
  });

  it("names no button that is not there where a new release did not hold", () => {
    const members = [aMember({ failedBake: { deploymentId: "d1", action: "offer" } })];
    const view = { ...aView({ members }), runs: runs.map((each) => ({ ...each, canRollBack: false })) };

    expect(textOf(view)).toContain("The new release failed its checks after the deployment.");
    expect(textOf(view)).not.toContain("Roll back");
  });

  it("names the dead host of several environments, and how each stands", () => {
    const dead = { deadHost: "web-1", failing: [] };
    const members = [
      aMember({ ...dead }),
      aMember({ ...dead, environment: "prod", state: "recovered", answersSince: NOW + MINUTE }),
    ];

    const body = incidentMessage(aView({ members }), "en");

    expect(body.content).toContain("🔴 **UAT - Down**");
    expect(body.embeds?.[0]?.description).toContain("🔴 **shop / uat**");
    expect(body.embeds?.[0]?.description).toContain("🟢 **shop / prod**\nUp again since <t:1700000060:t>");
    expect(body.embeds?.[0]?.fields).toEqual([{ name: "Host", value: "web-1", inline: true }]);
  });

  it.each([
    ["recovering", "🟡 **UAT - Answers again, being watched**"],
    ["recovered", "🟢 **UAT - Up again**"],
    ["unwatched", "⚪ **UAT - Not watched any more**"],
  ] as const)("that is %s says so", (state, headline) => {
    const view = aView({ members: [aMember({ state, answersSince: NOW + MINUTE })] });

    expect(incidentMessage(view, "en").content).toContain(headline);
  });

  it("counts more environments than a phone shows", () => {
    const members = ["a", "b", "c", "d"].map((environment) => aMember({ environment }));

    expect(incidentMessage(aView({ members }), "en").content).toContain("4 environments - Down");
  });

  it("says how many failing checks it does not show", () => {
    const failing = Array.from({ length: 9 }, (_, index) => ({ id: `check-${index}` }));

    expect(textOf(aView({ members: [aMember({ failing })] }))).toContain("`check-5`: failed\n… and 3 more");
  });
});

describe.each(languages)("what the message is found by, in %s,", (language) => {
  function markOf(incident: Incident): unknown {
    const [embed] = incidentMessage({ incident, runs, buttons }, language).embeds ?? [];
    return [embed?.footer, embed?.timestamp];
  }

  it("is its first environment, its id and when it was opened", () => {
    expect(markOf(anIncident())).toEqual([
      { text: "shop / uat · 01234567" },
      new Date(NOW + 30_000).toISOString(),
    ]);
  });

  it("stays when another environment joins, whose failure began earlier", () => {
    const earlier = NOW - 2 * MINUTE;
    const members = [aMember(), aMember({ environment: "prod", downSince: earlier })];

    expect(markOf(anIncident({ members, startedAt: earlier }))).toEqual(markOf(anIncident()));
  });

  it("differs from that of an incident that was opened at the same moment", () => {
    expect(markOf(anIncident({ id: "fedcba987654321001234567" }))).not.toEqual(markOf(anIncident()));
  });

  it("leaves the number of environments to the text", () => {
    const members = [aMember(), aMember({ environment: "prod" })];

    expect(textOf(aView({ members }), language)).toContain(incidentWords(language).environments(2));
    expect(textOf(aView(), language)).not.toContain(incidentWords(language).environments(1));
  });
});

describe("the buttons", () => {
  it("are all there for one environment", () => {
    expect(labels(aView())).toEqual(["Acknowledge", "Snooze 1 h", "Roll back", "Show logs"]);
  });

  it("do not acknowledge twice", () => {
    expect(labels(aView({ acknowledged: { ...ada, at: NOW } }))).not.toContain("Acknowledge");
  });

  it("roll nothing back where Slipway has deployed nothing", () => {
    expect(labels({ ...aView(), runs: [] })).toEqual(["Acknowledge", "Snooze 1 h", "Show logs"]);
  });

  it("do not choose among several environments", () => {
    const members = [aMember(), aMember({ environment: "prod" })];

    expect(labels(aView({ members }))).toEqual(["Acknowledge", "Snooze 1 h"]);
  });

  it("are gone when it is over, or have no id", () => {
    expect(labels(aView({ closedAt: NOW }))).toEqual([]);
    expect(labels({ ...aView(), buttons: {} })).toEqual([]);
  });
});

describe("the recovery", () => {
  it("says for how long it was down", () => {
    const incident = anIncident({
      ...{ recoveredAt: NOW + 245_000, closedAt: NOW + 400_000, acknowledged: { ...ada, at: NOW } },
    });

    const { content, embeds } = recoveryMessage(incident, "en");

    expect(content).toBe("✅ **UAT - Up again after 4 min 05 s**");
    expect(embeds?.[0]?.fields?.map(({ value }) => value)).toEqual([
      ...["4 min 05 s", "<t:1700000000:t> (<t:1700000000:R>)", "<t:1700000245:t> (<t:1700000245:R>)"],
      ...[`<@${ada.userId}>`, "shop / uat"],
    ]);
  });
});

describe("an incident of twenty environments of which nineteen are back", () => {
  const [one] = anIncident().members;
  const members = Array.from({ length: one === undefined ? 0 : 20 }, (_, index) => ({
    ...{ project: "shop", environment: `env-${index}`, downSince: NOW, confirmedAt: NOW },
    failing: Array.from({ length: 5 }, (_check, check) => ({
      id: `https://env-${index}.example.com/${check}`,
    })),
    ...(index === 19
      ? ({ state: "down" } as const)
      : ({ state: "recovered", answersSince: NOW + 60_000 } as const)),
  }));
  const incident = anIncident({ members });

  it("is named after the one that is down", () => {
    expect(headlineText(incident, "en")).toBe("🔴 **ENV-19 - Down**");
  });

  it("lists the one that is down first", () => {
    const description = incidentMessage({ incident, runs: [] }, "en").embeds?.[0]?.description ?? "";

    expect(description.indexOf("env-19")).toBeLessThan(description.indexOf("env-0"));
    expect(description).toContain("20 environments");
  });

  it("says how many do not fit", () => {
    const all = members.map((member) => ({ ...member, state: "down" as const }));
    const { embeds } = incidentMessage({ incident: anIncident({ members: all }), runs: [] }, "en");
    const description = embeds?.[0]?.description ?? "";
    const shown = all.filter(({ environment }) => description.includes(`shop / ${environment}**`)).length;

    expect(description.length).toBeLessThanOrEqual(4_096);
    expect(shown).toBeLessThan(20);
    expect(description).toContain(`… and ${20 - shown} more`);
  });
});

describe("the recovery after a time in which nobody watched", () => {
  const hour = 3_600_000;
  const gaps = [{ from: NOW + 300_000, until: NOW + 24 * hour }];
  const [member] = anIncident().members;
  const members = member === undefined ? [] : [{ ...member, gaps }];
  const incident = anIncident({ ...{ recoveredAt: NOW + 24 * hour, closedAt: NOW + 25 * hour }, members });

  it.each([
    [
      "en",
      "✅ **UAT - Up again after at most 1 d**",
      "at most 1 d, for 23 h 55 min of it Slipway did not watch",
    ],
    [
      "fr",
      "✅ **UAT - Rétabli après au plus 1 j**",
      "au plus 1 j, dont 23 h 55 min sans surveillance de Slipway",
    ],
  ] as const)("says that it was down for at most so long (%s)", (language, headline, downtime) => {
    const { content, embeds } = recoveryMessage(incident, language);

    expect(content).toBe(headline);
    expect(embeds?.[0]?.fields?.[0]?.value).toBe(downtime);
  });
});

describe("a call", () => {
  it("says why, and mentions the roles", () => {
    const body = callMessage(anIncident(), { why: "unacknowledged", roles: [ROLE] }, "en");

    expect(body.content).toBe(
      `📣 🔴 **UAT - Down**, since <t:1700000000:t> (<t:1700000000:R>), and nobody has acknowledged it.\n<@&${ROLE}>`,
    );
  });
});

describe("the summary", () => {
  const well: FaredEnvironment = {
    ...{ project: "shop", environment: "uat", uptime: 1, incidents: 0, downtimeMs: 0, isDown: false },
  };
  const span = { from: NOW, to: NOW + 7 * 24 * 60 * MINUTE };

  it("says so when nothing was down", () => {
    const body = summaryMessage({ period: "weekly", ...span, environments: [well] }, "en");

    expect(body.content).toBe("📋 **The health of the last week** · <t:1700000000:d> – <t:1700604800:d>");
    expect(body.embeds?.[0]?.description).toBe("Nothing was down.\n\n🟢 **shop / uat** · up 100%");
  });

  it("shows first what was worst off, and never rounds up to 100 %", () => {
    const environments: readonly FaredEnvironment[] = [
      well,
      { ...well, environment: "a", uptime: 0.99999, incidents: 1, downtimeMs: MINUTE },
      { ...well, environment: "b", uptime: 0.5, incidents: 2, downtimeMs: 90 * MINUTE, isDown: true },
      { ...well, environment: "c", uptime: undefined },
    ];

    const [embed] = summaryMessage({ period: "daily", ...span, environments }, "en").embeds ?? [];

    expect(embed?.description?.split("\n")).toEqual([
      "🔴 **shop / b** · up 50% · 2 incidents, 1 h 30 min down · **down now**",
      "🟡 **shop / a** · up 99.99% · 1 incident, 1 min down",
      "🟢 **shop / uat** · up 100%",
      "🟢 **shop / c** · not measured",
    ]);
  });

  it("of very many environments is taken by Discord", () => {
    const environments = Array.from({ length: 500 }, (_, index) => ({
      ...{ ...well, environment: `e${index}`.repeat(8), incidents: 3, downtimeMs: index },
    }));

    for (const language of languages) {
      expectTakenByDiscord(summaryMessage({ period: "daily", ...span, environments }, language));
    }
  });
});

describe("spanText", () => {
  it.each([
    [0, "0 s"],
    [999, "1 s"],
    [60_000, "1 min"],
    [65_000, "1 min 05 s"],
    [3_600_000, "1 h"],
    [3_661_000, "1 h 01 min"],
    [90_000_000, "1 d 01 h"],
  ])("shows %i ms as %s", (span, text) => {
    expect(spanText(span, incidentWords("en"))).toBe(text);
  });
});

describe.each(languages)("in %s", (language) => {
  it("everything is taken by Discord, however much there is", () => {
    const failing = Array.from({ length: 30 }, (_, index) => ({ id: `${index}`.repeat(500) }));
    const members = Array.from({ length: 60 }, (_, index) =>
      aMember({ environment: `environment-${index}`, failing, deadHost: "h".repeat(400) }),
    );
    const incident = anIncident({ members, mentioned: Array.from({ length: 50 }, () => ROLE) });

    for (const body of bodies(incident, runs, language)) expectTakenByDiscord(body);
  });

  it("nothing is left undefined", () => {
    for (const body of bodies(anIncident({ recoveredAt: NOW }), runs, language)) {
      expect(JSON.stringify(body)).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it("nothing hostile is drawn as more than text", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, other) => {
        const member = aMember({
          ...{ environment: text, project: other, deadHost: text },
          failing: [
            { id: text, reason: { code: "text-missing", expected: other } },
            { id: other, reason: { code: "no-answer", detail: text } },
            { id: other, reason: { code: "exited", exitCode: 1, said: text } },
          ],
        });
        const records = [
          aRecord({
            ...{ project: other, environment: text, release: aRelease({ subject: text, ref: other }) },
            origin: { kind: "push", branch: text, pusher: other },
          }),
        ];
        const person = { userId: "x", userName: text, at: NOW };
        const incident = anIncident({
          ...{ members: [member], acknowledged: person, snoozed: { ...person, until: NOW } },
        });
        const times = [0, -60].map((offset) => 1_700_000_000 + offset);
        const ours = [
          ...times.flatMap((at) => [`<t:${at}:t>`, `<t:${at}:R>`]),
          ...[`<@&${ROLE}>`, `https://github.com/acme/shop/commit/${sha}`],
        ];
        for (const body of bodies(incident, records.map(runsThere), language)) {
          expectTakenByDiscord(body);
          for (const shown of textsOf(body)) expectHarmless(shown, ours);
        }
      }),
      { numRuns: 200 },
    );
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
    if (typeof value === "function") return [String(value("A", "B", "C"))];
    return Object.values(value ?? {}).flatMap(texts);
  }

  it("are the same in number and kind in both languages", () => {
    expect(shape(incidentWords("fr"))).toEqual(shape(incidentWords("en")));
  });

  it("hold no English in French", () => {
    const english =
      /\b(?:the|and|of|is|not|by|until|down|again|after|host|release|nobody|since|last|more)\b/i;

    expect(texts(incidentWords("fr")).filter((text) => english.test(text))).toEqual([]);
  });

  it("are French in a French message", () => {
    const text = textOf(aView({ acknowledged: { ...ada, at: NOW } }), "fr");

    expect(text).toContain("UAT - En panne");
    expect(text).toContain("statut 503 au lieu de 200");
    expect(text).toContain("Pris en charge par");
  });
});

describe.each(languages)("that Slipway cannot look (%s)", (language) => {
  const blindness = { id: "0123456789abcdef01234567", since: NOW, environments: 20 };
  const textOf = (changes: object) =>
    textsOf(blindnessMessage({ ...blindness, ...changes }, language)).join("\n");

  it("tells silence from a machine that refuses, and says when it is over", () => {
    const words = incidentWords(language).blind;
    const texts = [{}, { code: "EAI_AGAIN" }, { code: "EMFILE" }, { until: NOW + MINUTE }].map(textOf);

    expect(texts[0]).toContain(words.headline);
    expect(texts.map((text) => text.includes(words.refused("").slice(-20)))).toEqual([
      ...[false, false, true, false],
    ]);
    expect(texts.map((text) => text.includes(words.unheard("").slice(-20)))).toEqual([
      ...[true, true, false, false],
    ]);
    expect(texts[3]).not.toContain(words.headline);
    expectTakenByDiscord(blindnessMessage(blindness, language));
  });

  it("calls roles with words of its own", () => {
    const body = blindnessCall(blindness, [ROLE], language);

    expect(body.content).toContain(`<@&${ROLE}>`);
    expectTakenByDiscord(body);
  });
});
