import type { Comparison, DeploymentRecord } from "../../deployments/record.js";
import type { WhatRuns } from "../../deployments/what-runs.js";
import type { Words } from "../locales/words.js";
import { commitLink, compareUrl } from "./format.js";
import { inCode } from "./text.js";

const PATH_LENGTH = 60;
const SHOWN_PATHS = 3;

/** What would run in place of what runs there now, how much is added and how much is taken away. */
export function upcomingChanges(
  record: DeploymentRecord,
  current: string | undefined,
  words: Words,
  runs?: WhatRuns["kind"],
): string {
  const { repository, release } = record;
  const { changes } = words;
  const then = commitLink(repository, release.sha);
  if (current === undefined) {
    const unknown = runs === "unknown" || record.comparison?.baseIs === "uncertain";
    return `${changes.wouldRun(then)}\n${unknown ? `⚠️ ${changes.baseUnknown}` : changes.firstRelease}`;
  }
  const fromTo = changes.nowAndThen(commitLink(repository, current), then);
  const isCertain = runs === undefined || runs === "release";
  if (current === release.sha && isCertain) return `${fromTo}\n${changes.sameRelease}`;
  return [fromTo, ...changeLines(record, record.comparison?.base ?? current, words)].join("\n");
}

/** The same for what waits for its turn, runs or has ended: `a1b2c3d → d4e5f6a · 12 commits · …`. */
export function decidedChanges(record: DeploymentRecord, words: Words): string | undefined {
  const { repository, release, comparison } = record;
  if (comparison?.base === undefined || comparison.base === release.sha) return undefined;
  const fromTo = `${commitLink(repository, comparison.base)} → ${commitLink(repository, release.sha)}`;
  const added = addedText(record, comparison, words);
  return [added === undefined ? fromTo : `${fromTo} · ${added}`, ...removalLines(record, words)].join("\n");
}

/** What is taken away, a line each; nothing where nothing is. */
export function removalLines(record: DeploymentRecord, words: Words): readonly string[] {
  const { comparison } = record;
  if (comparison === undefined) return [];
  const lines = [
    baseText(comparison, words),
    removedText(record, comparison, words),
    migrationsBackText(comparison, words),
  ];
  return lines.flatMap((line) => (line === undefined ? [] : [`⚠️ ${line}`]));
}

function changeLines(record: DeploymentRecord, base: string, words: Words): readonly string[] {
  const { repository, release, comparison } = record;
  if (comparison === undefined) {
    const url = compareUrl(repository, base, release.sha);
    return [`⚠️ ${words.changes.notCompared} [${words.changes.fullComparison}](${url})`];
  }
  const added = addedText(record, comparison, words);
  return [...(added === undefined ? [] : [added]), ...removalLines(record, words)];
}

/** @returns undefined where nothing is added, or where it is not known what is */
function addedText(record: DeploymentRecord, comparison: Comparison, { changes }: Words): string | undefined {
  const { relation, base, totalCommits, files, filesCut = false, migrations } = comparison;
  if (base === undefined || relation === "behind" || relation === "unrelated" || relation === "lost")
    return undefined;
  const amounts = [
    `[${changes.commits(totalCommits)}](${compareUrl(record.repository, base, record.release.sha)})`,
    changes.files(files, filesCut),
    changes.migrations(migrations, filesCut),
  ].join(" · ");
  return relation === "diverged" ? changes.adds(amounts) : amounts;
}

function baseText({ base, baseIs }: Comparison, { changes }: Words): string | undefined {
  if (baseIs === "mixed") return changes.baseMixed;
  if (baseIs === undefined) return undefined;
  return base === undefined ? changes.baseUnknown : changes.baseUncertain;
}

function removedText(
  { repository, release }: DeploymentRecord,
  { relation, base, removed }: Comparison,
  { changes }: Words,
): string | undefined {
  if (relation === "unrelated") return changes.unrelated;
  if (relation === "lost") return changes.baseLost;
  if (removed === undefined || base === undefined) return undefined;
  const commits = `[${changes.commits(removed.totalCommits)}](${compareUrl(repository, release.sha, base)})`;
  const files = changes.files(removed.files, removed.filesCut === true);
  const words = relation === "behind" ? changes.behind(commits, files) : changes.diverged(commits, files);
  return `${words}${removed.contained ? ` · ${changes.contained}` : ""}`;
}

function migrationsBackText(
  { migrationsBack = [], totalMigrationsBack = 0 }: Comparison,
  { changes }: Words,
): string | undefined {
  if (totalMigrationsBack === 0) return undefined;
  const shown = migrationsBack.slice(0, SHOWN_PATHS).map((path) => `\`${inCode(path, PATH_LENGTH)}\``);
  const rest = totalMigrationsBack > shown.length ? ["…"] : [];
  return changes.migrationsBack(totalMigrationsBack, [...shown, ...rest].join(", "));
}
