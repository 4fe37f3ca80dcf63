import { describe, expect, it } from "vitest";
import type { ProbeReason } from "../../../src/deployments/probe-reason.js";
import { languageOf, wordsFor } from "../../../src/discord/locales/index.js";
import type { Words } from "../../../src/discord/locales/words.js";
import { sha } from "../deployments/samples.js";

/** The path of every word, such as `next.failed`, with what it is. */
function shape(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([key, inner]) => shape(inner, `${path}.${key}`));
}

const PROBES: readonly ProbeReason[] = [
  { code: "status", expected: 200, got: 500 },
  { code: "text-missing", expected: "EXPECTED" },
  { code: "timed-out", seconds: 3 },
  { code: "no-answer", detail: "ECONNREFUSED" },
  { code: "not-json" },
  { code: "json-mismatch", path: "PATH", expected: "EXPECTED" },
  { code: "json-mismatch", path: "PATH", expected: true, got: "false" },
  { code: "too-slow", limitMs: 10, tookMs: 20 },
  { code: "certificate-expires", expiresAt: 2_000, minimumSeconds: 0 },
  { code: "certificate-invalid", detail: "CERT_HAS_EXPIRED" },
  { code: "certificate-invalid", detail: "CERT_OF_A_NEW_KIND" },
  { code: "redirect-refused", to: "http://elsewhere.test" },
  { code: "too-many-redirects", limit: 5 },
  { code: "exited", exitCode: 3 },
  { code: "killed", signal: "SIGKILL" },
  { code: "containers", faults: [], more: 0 },
  { code: "containers", faults: [{ name: "WEB", state: "restarting" }], more: 0 },
  { code: "containers", faults: [{ name: "WEB", state: "unhealthy" }], more: 2 },
  { code: "disk-low", path: "PATH", free: 1, minimum: 10, unit: "percent" },
  { code: "disk-low", path: "PATH", free: 1, minimum: 10, unit: "megabytes" },
  { code: "unreadable" },
  { code: "host-unreachable", host: "H1", reason: "host-key" },
  { code: "not-run", host: "H1", seconds: 9, said: "S1" },
];
const NO_DOCKER = { code: "exited", exitCode: 1, said: "Cannot connect to the Docker daemon" } as const;
const UNREACHABLE = ["refused", "timeout", "dns", "auth", "jump", "protocol"];

type Say = (name: string, text: string) => void;

const lock = {
  project: "P",
  owner: { userId: "1", userName: "OWNER" },
  reason: "WHY",
  since: 1,
  expiresAt: 2_000,
  reminded: false,
};

function sayRefusals(refusal: Words["refusal"], say: Say): void {
  say("refusal.locked", refusal({ code: "locked", environment: "X", lock: { ...lock, environment: "X" } }));
  say("refusal.locked-all", refusal({ code: "locked", environment: "X", lock }));
  say(
    "refusal.locked-unreadable",
    refusal({ code: "locked", environment: "X", lock: { ...lock, unreadable: true } }),
  );
  say("refusal.frozen", refusal({ code: "frozen", environment: "X", reason: "WHY", until: 2_000 }));
  say("refusal.frozen-open", refusal({ code: "frozen", environment: "X", reason: "WHY", until: undefined }));
  say("refusal.source", refusal({ code: "not-on-source", source: "S", running: "SHA" }));
  say("refusal.source-empty", refusal({ code: "not-on-source", source: "S", running: undefined }));
  for (const ci of ["pending", "failed", "missing", "unknown"] as const) {
    say(`refusal.ci-${ci}`, refusal({ code: "not-validated", source: "S", ci }));
  }
  say("refusal.outdated", refusal({ code: "outdated", ref: "X", behindBy: 1 }));
  say("refusal.outdated-unknown", refusal({ code: "outdated", ref: "X" }));
  say("refusal.outdated-many", refusal({ code: "outdated", ref: "X", behindBy: 2 }));
  say("refusal.promote", refusal({ code: "nothing-to-promote", source: "S", why: "unknown" }));
  for (const why of ["nothing", "mixed", "adopted", "not-succeeded", "changing"] as const)
    say(`refusal.promote-${why}`, refusal({ code: "nothing-to-promote", source: "S", why }));
  say("refusal.rollback", refusal({ code: "nothing-to-roll-back", environment: "X" }));
  say("refusal.break-glass", refusal({ code: "break-glass-reason" }));
}

function sayStatus(status: Words["status"], say: Say): void {
  for (const key of ["nothing", "adopted", "mixed", "lockUnreadable"] as const)
    say(`status.${key}`, status[key]);
  for (const key of ["since", "down", "recovering", "healthy", "failing"] as const)
    say(`status.${key}`, status[key]("AT"));
  for (const [key, word] of Object.entries(status.outcome)) say(`status.${key}`, word);
  for (const last of ["A", undefined]) {
    say(`status.unknown-${last}`, status.unknown(last));
    say(`status.host.unknown-${last}`, status.host.unknown(last));
    say(`status.host.between-${last}`, status.host.between(last, "B"));
    say(`status.frozen-${last}`, status.frozen(last, "WHY"));
  }
  for (const key of ["nothing", "unreadable", "noAnswer"] as const)
    say(`status.host.${key}`, status.host[key]);
  say("status.host.drift", status.host.drift("A", "AT"));
  say("status.host.head", status.host.head("A"));
  say("status.through", status.through(3, "X"));
  say("status.last", status.last(3, "X", "AT"));
  say("status.locked", status.locked("X", "AT", "WHY"));
}

function sayApproval(approval: Words["approval"], say: Say): void {
  for (const [key, word] of Object.entries({ ...approval.why, ...prefixed("state", approval.state) })) {
    say(`approval.${key}`, word);
  }
  for (const [key, word] of Object.entries(approval)) {
    if (typeof word === "string") say(`approval.${key}`, word);
  }
  say("approval.breakGlass", approval.breakGlass("X"));
  say("approval.movedOn", approval.movedOn("A", "B"));
  for (const [key, word] of Object.entries(approval.ci)) say(`approval.ci-${key}`, word);
  say("approval.ciAsked", approval.ciAsked("AT"));
  say("approval.given", approval.given(1, 2));
  say("approval.planOn", approval.planOn("H1"));
  for (const count of [0, 1, 2]) say(`approval.behind-${count}`, approval.behind(count));
}

function sayChanges(changes: Words["changes"], say: Say): void {
  for (const [key, word] of Object.entries(changes)) {
    if (typeof word === "string") say(`changes.${key}`, word);
  }
  say("changes.nowAndThen", changes.nowAndThen("A", "B"));
  say("changes.wouldRun", changes.wouldRun("A"));
  say("changes.adds", changes.adds("A"));
  say("changes.behind", changes.behind("A", "B"));
  say("changes.diverged", changes.diverged("A", "B"));
  for (const count of [0, 1, 2]) {
    say(`changes.commits-${count}`, changes.commits(count));
    say(`changes.files-${count}`, changes.files(count, false));
    say(`changes.files-cut-${count}`, changes.files(count, true));
    say(`changes.migrations-${count}`, changes.migrations(count, false));
    say(`changes.migrations-cut-${count}`, changes.migrations(count, true));
    say(`changes.more-${count}`, changes.moreCommits(count));
    say(`changes.back-${count}`, changes.migrationsBack(count, "A"));
  }
}

function sayEnded(ended: Words["ended"], say: Say): void {
  for (const key of ["refusedBy", "cancelledBefore", "cancelledAfter", "stopping"] as const) {
    say(`ended.${key}`, ended[key]("X"));
  }
  say("ended.rollbackOf", ended.rollbackOf(3));
  say("ended.willLock", ended.willLock("ENV"));
  say("ended.rollback", ended.rollback);
  say("ended.promoted", ended.promoted);
  say("ended.expired", ended.expired(0, 1));
  say("ended.expired-many", ended.expired(1, 2));
  say("void.ref", ended.void({ code: "ref-moved", ref: "X", sha }, false));
  say("void.plan", ended.void({ code: "plan-changed" }, false));
  say("void.role", ended.void({ code: "role-lost", userId: "X" }, false));
  say("void.unverifiable-ref", ended.void({ code: "unverifiable", what: "ref" }, false));
  say("void.unverifiable-roles", ended.void({ code: "unverifiable", what: "roles" }, false));
  say("void.begun", ended.void({ code: "plan-changed" }, true));
  say("void.newer-ran", ended.void({ code: "newer-ran", number: 3 }, true));
  for (const gate of [
    "role-missing",
    "locked",
    "frozen",
    "not-on-source",
    "not-validated",
    "outdated",
    "?",
  ]) {
    say(`void.${gate}`, ended.void({ code: "gate", refusal: gate }, false));
  }
}

function sayAction(action: Words["action"], say: Say): void {
  for (const [key, word] of Object.entries({ ...action.button, ...prefixed("decided", action.decided) })) {
    say(`action.${key}`, word);
  }
  for (const [key, word] of Object.entries(action)) {
    if (typeof word === "string") say(`action.${key}`, word);
  }
  for (const key of ["approved", "voided", "refused", "cancelled", "stopping"] as const) {
    say(`action.${key}`, action[key](3));
  }
  for (const [kind, title] of Object.entries(action.form.title)) say(`form.${kind}`, title("X"));
  say("form.label", action.form.label("SHA", "X"));
  say("action.counted", action.counted(3, 1));
  say("action.counted-many", action.counted(3, 2));
  for (const code of ["not-found", "own-request", "approved-already", "cancel-requested-already"] as const) {
    say(`action.${code}`, action.refusal({ code }));
  }
  say("action.decided", action.refusal({ code: "already-decided", state: "expired" }));
  say("action.approver", action.refusal({ code: "not-approver", environment: "X", roles: ["1"] }));
  say("action.no-approver", action.refusal({ code: "not-approver", environment: "X", roles: [] }));
  say("action.word", action.refusal({ code: "wrong-word", typed: "X" }));
}

function prefixed(name: string, words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).map(([key, word]) => [`${name}.${key}`, word]));
}

/** Every sentence with stand-in values, so that only Slipway's own words differ. */
function sentences(language: "en" | "fr"): Readonly<Record<string, string>> {
  const {
    failure,
    refusal,
    headline,
    fields,
    step,
    hostState,
    next,
    reply,
    approval,
    changes,
    ended,
    action,
    ...rest
  } = wordsFor(language);
  const said: Record<string, string> = {};
  const say = (name: string, text: string) => {
    said[name] = text;
  };
  for (const [key, make] of Object.entries(headline)) say(`headline.${key}`, make("ENV"));
  for (const [key, make] of Object.entries(hostState)) {
    for (const before of ["OLD", "NEW", undefined]) say(`host.${key}-${before}`, make("H1", before, "NEW"));
  }
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
  for (const cause of ["deadline", "stop", "nonsense"] as const) {
    say(`failure.lost.${cause}`, failure({ code: "lost", reason: "English words", cause, said: "SAID" }));
  }
  for (const reason of ["no-space", "bad-fence", "nonsense", "unfit"]) {
    say(
      `failure.not-started.${reason}`,
      failure({ code: "not-started", host: "H1", reason, detail: "FILE" }),
    );
  }
  say("failure.key", failure({ code: "unknown-host-key", host: "H1", seen: "KEY", pinned: [] }));
  say("failure.interrupted", failure({ code: "interrupted" }));
  say("failure.plan-changed", failure({ code: "plan-changed" }));
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
  for (const why of [
    { kind: "token-refused" },
    { kind: "not-allowed" },
    { kind: "unseen" },
    { kind: "rate-limited" },
    { kind: "rate-limited", until: 0 },
  ] as const) {
    say(
      `refusal.github ${JSON.stringify(why)}`,
      refusal({ code: "github-unavailable", repository: "R", why }),
    );
  }
  for (const [key, word] of Object.entries({ ...rest, ...next, ...reply })) {
    if (typeof word === "string") say(key, word);
  }
  sayRefusals(refusal, say);
  sayStatus(rest.status, say);
  sayApproval(approval, say);
  sayChanges(changes, say);
  sayEnded(ended, say);
  sayAction(action, say);
  say("awaitsApproval", reply.awaitsApproval(3, "TARGET", "COMMIT", "CHANNEL", "AT"));
  say("awaiting.one", reply.awaiting(1));
  say("awaiting.many", reply.awaiting(2));
  say("ago", reply.ago(2, "day"));
  say("next.askAgain", next.askAgain({ retry: true, rollback: true }, "`COMMAND`"));
  say("next.cancelled", next.cancelled({ retry: true, rollback: true }));
  say("next.refMoved", next.refMoved("`COMMAND`"));
  say("next.indeterminate", next.indeterminate(true));
  say("next.locked", next.lockedAfterRollback("ENV", "AT"));
  say("failedStep", rest.failedStep("TITLE"));
  say("queue.next", rest.queue(1, "AT"));
  say("queue.later", rest.queue(2, undefined));
  say("started", rest.started("AT"));
  say("took", rest.tookSeconds("3 s"));
  say("push", rest.originPush("B", "X"));
  say("more.one", rest.moreSteps(1));
  say("more.many", rest.moreSteps(2));
  say("next.succeeded", next.succeeded("URL"));
  say("next.failed", next.failed({ retry: true, rollback: false }, "`COMMAND`"));
  say("next.superseded", next.superseded(3));
  say("accepted", reply.accepted(3, "TARGET", "COMMIT", "CHANNEL"));
  say("running", reply.running(3, "COMMIT"));
  say("waiting.one", reply.waiting(1));
  say("waiting.many", reply.waiting(2));
  say("answeredLate", reply.answeredLate("X"));
  say("history", reply.historyOf("TARGET"));
  say("environments.one", reply.moreEnvironments(1));
  say("environments.many", reply.moreEnvironments(2));
  return said;
}

const english = sentences("en");
const french = sentences("fr");

/** Words that are the same in both languages; a mere number and unit are no words. */
const SAME = new Set([
  "fields.ci",
  "fields.commit",
  "changes.commits-0",
  "changes.commits-1",
  "changes.commits-2",
  "changes.migrations-1",
  "changes.migrations-2",
]);
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

it.each([
  ["en", "the command ended with exit code 1: `Cannot connect to the Docker daemon`"],
  ["fr", "la commande s’est terminée avec le code 1 : `Cannot connect to the Docker daemon`"],
] as const)("what a command said is a part of the reason in %s", (language, text) => {
  expect(wordsFor(language).probeReason(NO_DOCKER)).toBe(text);
});
