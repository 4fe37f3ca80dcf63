import type { RollbackCandidate } from "../app/roll-back.js";
import { rollbackGate } from "../deployments/gates.js";
import type { DeploymentRecord } from "../deployments/record.js";
import { shortSha } from "../deployments/release.js";
import { findTarget } from "../deployments/targets.js";
import { visible } from "../visible-text.js";
import type { App, Options, Reader, Suggestion } from "./command.js";
import { wordsFor } from "./locales/index.js";
import type { Words } from "./locales/words.js";
import { clip } from "./messages/text.js";
import { suggestTarget } from "./suggestions.js";

/** Discord's limit for a choice's name, in characters; the subject gives way, so that who and when stay readable. */
const CHOICE_LENGTH = 100;
const NAME_LENGTH = 24;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Proposes environments and, to those who may roll back, the releases that an environment can go back to. */
export async function suggestRollback(
  option: string,
  typed: string,
  options: Options,
  app: App,
  reader: Reader,
): Promise<readonly Suggestion[]> {
  if (option !== "to") return suggestTarget(option, typed, options, app, reader);
  const found = findTarget(app.config, options.text("environment") ?? "", options.text("project"));
  if (found.kind === "refused") return [];
  if (rollbackGate(found.target, { kind: "person", ...reader.person }) !== undefined) return [];
  const candidates = await app.rollbackCandidates(found.target);
  const words = wordsFor(reader.language);
  const wanted = typed.trim().toLowerCase();
  return candidates
    .map((candidate) => ({
      ...{ name: label(candidate, words, reader.now), value: candidate.id },
      sha: candidate.release.sha,
    }))
    .filter(
      ({ name, value, sha }) =>
        name.toLowerCase().includes(wanted) || [value, sha].some((id) => id.startsWith(wanted)),
    )
    .map(({ name, value }) => ({ name, value }));
}

/** `#12 abc1234 Sell more shoes · Alex · 2 d ago`; release 0 has the number 0. */
function label({ record, release, at }: RollbackCandidate, words: Words, now: number): string {
  const start = `#${record?.number ?? 0} ${shortSha(release.sha)} `;
  const by = record === undefined ? words.status.adopted : requester(record, words);
  const end = ` · ${by} · ${age(now - at, words)}`;
  const subject = oneLine(release.subject);
  return `${start}${clip(subject, CHOICE_LENGTH - start.length - end.length)}${end}`;
}

function requester({ origin }: DeploymentRecord, words: Words): string {
  switch (origin.kind) {
    case "command":
      return clip(oneLine(origin.userName), NAME_LENGTH);
    case "push":
      return clip(oneLine(origin.pusher), NAME_LENGTH);
    case "schedule":
      return words.originSchedule;
    case "bake":
      return words.originBake(origin.deployment);
  }
}

function age(milliseconds: number, { reply }: Words): string {
  if (milliseconds >= DAY_MS) return reply.ago(Math.floor(milliseconds / DAY_MS), "day");
  if (milliseconds >= HOUR_MS) return reply.ago(Math.floor(milliseconds / HOUR_MS), "hour");
  return reply.ago(Math.max(0, Math.floor(milliseconds / MINUTE_MS)), "minute");
}

function oneLine(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
