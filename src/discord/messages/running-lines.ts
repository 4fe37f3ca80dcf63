import type { EnvironmentStatus } from "../../app/look-up.js";
import { type DeploymentRecord, isFinal } from "../../deployments/record.js";
import { lastCertain, type RunningRelease } from "../../deployments/running.js";
import type { HostRunning } from "../../deployments/what-runs.js";
import type { Words } from "../locales/words.js";
import { commitLink, originText, relativeTime } from "./format.js";
import { plain } from "./text.js";

const HOST_LENGTH = 60;

/** How much is said. */
export interface Detail {
  /** Characters of a commit's subject. */
  readonly subject: number;
  /** Hosts that are listed one by one. */
  readonly hosts: number;
  readonly all: boolean;
}

/** What runs in an environment, and through which deployment where that is the same on every host. */
export interface RunningView extends Pick<EnvironmentStatus, "running" | "through"> {
  readonly target: { readonly projectConfig: { readonly repository: string } };
}

/** What runs, how sure that is, and where hosts differ from each other or from the record. */
export function runningLines(status: RunningView, words: Words, detail: Detail): readonly string[] {
  const { summary, hosts } = status.running;
  const repository = status.target.projectConfig.repository;
  const commit = (release: RunningRelease | undefined) =>
    release && commitText(repository, release, detail.subject);
  const notes = listed(
    hosts.flatMap((host) => hostNotes(host, repository, words)),
    detail,
  );
  switch (summary.kind) {
    case "nothing":
      return [`⚪ ${words.status.nothing}`, ...notes];
    case "release":
      return [`${isProven(status) ? "🟢" : "🟠"} ${releaseText(status, words, detail)}`, ...notes];
    case "mixed":
      return [
        `🟠 ${words.status.mixed}`,
        ...listed(
          hosts.map((host) => hostLine(host, commit, words)),
          detail,
        ),
        ...notes,
      ];
    case "unknown": {
      const lines = hosts.length === 1 ? hosts.filter(isChanging) : hosts;
      const isUnread = hosts.every(({ unrecorded }) => unrecorded);
      return [
        `❔ ${isUnread ? words.status.unread : words.status.unknown(commit(summary.last))}`,
        ...listed(
          lines.map((host) => hostLine(host, commit, words)),
          detail,
        ),
        ...notes,
      ];
    }
  }
}

/** What a deployment brought that did not succeed runs, and nobody has seen that it works. */
function isProven({ through }: RunningView): boolean {
  return through === undefined || through.state === "succeeded" || !isFinal(through);
}

function releaseText(view: RunningView, words: Words, detail: Detail): string {
  const { running, through, target } = view;
  const { summary } = running;
  if (summary.kind !== "release") return "";
  const parts = [
    commitText(target.projectConfig.repository, summary.release, detail.subject),
    words.status.since(relativeTime(summary.since)),
  ];
  if (summary.adopted) parts.push(words.status.adopted);
  else if (through !== undefined && detail.subject > 0)
    parts.push(throughText(through, isProven(view), words));
  return parts.join(" · ");
}

function throughText(through: DeploymentRecord, isProven: boolean, words: Words): string {
  const text = words.status.through(through.number, originText(through, words));
  return isProven ? text : words.status.unsuccessful(text);
}

function hostLine(
  { host, application }: HostRunning,
  commit: (release: RunningRelease | undefined) => string | undefined,
  { status, labelled }: Words,
): string {
  const last = commit(lastCertain(application));
  const runs = {
    release: () => last ?? status.host.unknown(undefined),
    between: () =>
      status.host.between(last, application.kind === "between" ? (commit(application.to) ?? "?") : "?"),
    unknown: () => status.host.unknown(last),
    nothing: () => status.host.nothing,
  }[application.kind]();
  return `• ${labelled(plain(host, HOST_LENGTH), runs)}`;
}

/** What is not as it should be on one host. */
function hostNotes(
  { host, application, head, drift, unrecorded, unreadable, reading }: HostRunning,
  repository: string,
  { status, labelled }: Words,
): readonly string[] {
  const note = (text: string) => `⚠️ ${labelled(plain(host, HOST_LENGTH), text)}`;
  if (unreadable) return [note(status.host.unreadable)];
  const notes: string[] = [];
  if (drift !== undefined) {
    notes.push(note(status.host.drift(commitLink(repository, drift.head), relativeTime(drift.since))));
  } else if (head !== undefined && application.kind === "release" && head !== application.release.sha) {
    notes.push(note(status.host.head(commitLink(repository, head))));
  }
  if (reading.kind === "no-answer")
    notes.push(note(unrecorded ? status.host.neverAnswered : status.host.noAnswer));
  return notes;
}

function isChanging({ application }: HostRunning): boolean {
  return application.kind === "between";
}

function listed(lines: readonly string[], { hosts }: Detail): readonly string[] {
  return lines.length <= hosts ? lines : [...lines.slice(0, hosts), `… +${lines.length - hosts}`];
}

function commitText(repository: string, { sha, subject = "" }: RunningRelease, length: number): string {
  const link = commitLink(repository, sha);
  return length === 0 ? link : `${link} ${plain(subject, length)}`.trimEnd();
}
