import type { Actor, DeploymentRecord, StepTitle } from "../../deployments/record.js";
import { type Release, shortSha } from "../../deployments/release.js";
import type { Words } from "../locales/words.js";
import { inCode, plain } from "./text.js";

const NAME_LENGTH = 80;
/** A mention takes up to 25 of the 2,000 characters of a message; Discord itself notifies up to 100 roles. */
export const MAX_MENTIONED_ROLES = 60;

/** Drawn by Discord in the reader's own time zone and language, and counting by itself. */
export function relativeTime(at: number): string {
  return `<t:${Math.floor(at / 1000)}:R>`;
}

/** The day and the hour, and how long until then. */
export function endText(at: number): string {
  return `<t:${Math.floor(at / 1000)}:f> (${relativeTime(at)})`;
}

/** `40 ms`, `2.8 s`, `42 s`, `3 min 05 s`; in French `2,8 s`. */
export function duration(milliseconds: number, { figures: { decimal, unit } }: Words): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))}${unit}ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1).replace(".", decimal)}${unit}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${unit}s`;
  return `${Math.floor(whole / 60)}${unit}min ${String(whole % 60).padStart(2, "0")}${unit}s`;
}

/** The short SHA as a link to the commit. */
export function commitLink(repository: string, sha: string): string {
  return `[\`${shortSha(sha)}\`](https://github.com/${repository}/commit/${sha})`;
}

/** What changes between two commits, on GitHub. */
export function compareUrl(repository: string, base: string, head: string): string {
  return `https://github.com/${repository}/compare/${base}...${head}`;
}

export function pullRequestLink(repository: string, number: number): string {
  return `[#${number}](https://github.com/${repository}/pull/${number})`;
}

/** A mention, which Discord draws as the name; the bare name of one who is no person of Discord. */
export function actorText({ userId, userName }: Actor): string {
  return /^\d{17,20}$/.test(userId) ? `<@${userId}>` : plain(userName, NAME_LENGTH) || "?";
}

/** The commit and, where it says more, the ref that named it. */
export function releaseLink(repository: string, release: Pick<Release, "sha" | "ref">): string {
  const link = commitLink(repository, release.sha);
  return release.ref === release.sha ? link : `${link} · \`${inCode(release.ref, NAME_LENGTH)}\``;
}

export function originText(record: DeploymentRecord, words: Words): string {
  const { origin } = record;
  switch (origin.kind) {
    case "command":
      return `<@${origin.userId}>`;
    case "push":
      return words.originPush(`\`${inCode(origin.branch, NAME_LENGTH)}\``, plain(origin.pusher, NAME_LENGTH));
    case "schedule":
      return words.originSchedule;
    case "bake":
      return words.originBake(origin.deployment);
  }
}

export function stepTitle(title: StepTitle, words: Words): string {
  return "code" in title ? words.step[title.code] : plain(title.text, NAME_LENGTH);
}
