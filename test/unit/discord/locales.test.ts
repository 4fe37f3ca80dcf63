import { describe, expect, it } from "vitest";
import { languageOf, wordsFor } from "../../../src/discord/locales/index.js";

/** The path of every word, such as `next.failed`, with what it is. */
function shape(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

const PROBES = [
  { code: "status", expected: 200, got: 500 },
  { code: "text-missing", expected: "EXPECTED" },
  { code: "timed-out", seconds: 3 },
  { code: "no-answer", detail: "ECONNREFUSED" },
] as const;
const UNREACHABLE = ["refused", "timeout", "dns", "auth", "jump", "protocol"];

/** Every sentence with stand-in values, so that only Slipway's own words differ. */
function sentences(language: "en" | "fr"): Readonly<Record<string, string>> {
  const { failure, refusal, headline, fields, step, hostState, next, reply, ...rest } = wordsFor(language);
  const said: Record<string, string> = {};
  const say = (name: string, text: string) => {
    said[name] = text;
  };
  for (const [key, make] of Object.entries(headline)) say(`headline.${key}`, make("ENV"));
  for (const [key, make] of Object.entries(hostState)) say(`host.${key}`, make("H1", "OLD", "NEW"));
  for (const [key, word] of Object.entries(step)) say(`step.${key}`, word);
  for (const [key, word] of Object.entries(fields)) say(`fields.${key}`, word);
  for (const reason of PROBES) {
    say(`failure.${reason.code}`, failure({ code: "unhealthy", url: "URL", attempts: 3, reason }));
  }
  for (const reason of UNREACHABLE) {
    say(`failure.${reason}`, failure({ code: "unreachable", host: "H1", reason }));
  }
  say("failure.exited", failure({ code: "exited", exitCode: 3 }));
  say("failure.killed", failure({ code: "killed", signal: "KILL" }));
  say("failure.timeout-step", failure({ code: "timed-out", seconds: 3 }));
  say("failure.lost", failure({ code: "lost", reason: "the English words of an adapter" }));
  say("failure.key", failure({ code: "unknown-host-key", host: "H1", seen: "KEY", pinned: [] }));
  say("failure.interrupted", failure({ code: "interrupted" }));
  say("failure.configuration", failure({ code: "configuration" }));
  say("failure.internal", failure({ code: "internal", message: "NAME" }));
  say("refusal.project", refusal({ code: "unknown-project", project: "X", known: ["A", "B"] }));
  say("refusal.environment", refusal({ code: "unknown-environment", environment: "X", known: ["A"] }));
  say("refusal.ambiguous", refusal({ code: "ambiguous-project", environment: "X", projects: ["A"] }));
  say("refusal.role", refusal({ code: "role-missing", environment: "X", roles: ["1"] }));
  say("refusal.invalid", refusal({ code: "invalid-ref", ref: "X" }));
  say("refusal.unknown", refusal({ code: "unknown-ref", ref: "X", repository: "R", similar: ["A"] }));
  say("refusal.unknown-alone", refusal({ code: "unknown-ref", ref: "X", repository: "R", similar: [] }));
  say("refusal.ambiguous-ref", refusal({ code: "ambiguous-ref", ref: "X", candidates: ["A"] }));
  say("refusal.github", refusal({ code: "github-unavailable", repository: "R" }));
  for (const [key, word] of Object.entries({ ...rest, ...next, ...reply })) {
    if (typeof word === "string") say(key, word);
  }
  say("failedStep", rest.failedStep("TITLE"));
  say("queue.next", rest.queue(1, "AT"));
  say("queue.later", rest.queue(2, undefined));
  say("started", rest.started("AT"));
  say("took", rest.tookSeconds("3 s"));
  say("push", rest.originPush("B", "X"));
  say("more.one", rest.moreSteps(1));
  say("more.many", rest.moreSteps(2));
  say("next.succeeded", next.succeeded("URL"));
  say("next.failed", next.failed("COMMAND"));
  say("next.superseded", next.superseded(3));
  say("accepted", reply.accepted(3, "TARGET", "COMMIT", "CHANNEL"));
  say("running", reply.running(3, "COMMIT"));
  say("waiting.one", reply.waiting(1));
  say("waiting.many", reply.waiting(2));
  say("history", reply.historyOf("TARGET"));
  say("environments.one", reply.moreEnvironments(1));
  say("environments.many", reply.moreEnvironments(2));
  return said;
}

const english = sentences("en");
const french = sentences("fr");

/** Words that are the same in both languages; a mere number and unit are no words. */
const SAME = new Set(["fields.commit"]);
/** Words that only English has; "commit", "push", "tag", "ping" and the like are French in a workshop too. */
const ENGLISH =
  /\b(?:the|and|of|is|was|were|not|this|that|with|host|hosts|deployment|deployments|failed|started|waiting|next|running|status|attempts?|answer|instead|expected|unknown|command|steps?|branch|again|nothing|roles?|environment|project)\b/i;

describe("the words", () => {
  it("are the same in number and kind in both languages", () => {
    expect(shape(wordsFor("fr"))).toEqual(shape(wordsFor("en")));
  });

  it.each(Object.keys(english).filter((key) => !SAME.has(key)))("differ for %s", (key) => {
    expect(french[key]).not.toBe(english[key]);
  });

  it.each(Object.entries(french))("hold no English in the French %s", (_key, text) => {
    expect(text.replace(/`[^`]*`/g, "")).not.toMatch(ENGLISH);
  });

  it.each(Object.entries(english))("leave nothing undefined in the English %s", (_key, text) => {
    expect(text).not.toMatch(/undefined|\[object|NaN/);
  });
});

describe("languageOf", () => {
  it.each([
    ["fr", "fr"],
    ["fr-CA", "fr"],
    ["en-GB", "en"],
    ["de", "en"],
    ["fry", "en"],
    ["", "en"],
  ] as const)("reads %j as %s", (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});
