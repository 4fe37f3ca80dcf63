import type { ChangesWords } from "./changes-words.js";

export const changesWordsEn: ChangesWords = {
  nowAndThen: (now, then) => `Current: ${now} **→** new: ${then}`,
  wouldRun: (commit) => `New: ${commit}`,
  firstRelease: "Nothing runs here yet: this is the first release.",
  sameRelease: "This commit is already deployed here.",
  notCompared: "GitHub did not compare the commits, so those that are added and removed are not known.",
  unrelated:
    "**Unrelated histories:** this release shares no commit with the current one, and replaces all of it.",
  baseLost:
    "GitHub does not have the current commit, so the commits that are added and removed are not known.",
  baseUnknown: "It is not known what runs here now, so the commits that are added and removed are not known.",
  baseUncertain:
    "**Not certain:** it is not known what runs here now. The changes are compared with the last release that ran for certain.",
  baseMixed:
    "**Hosts differ:** not every host runs the same release. The changes are compared with the one of the first host.",
  fullComparison: "See the full comparison.",
  commits,
  files: (count, cut) => `${cut ? "at least " : ""}${count === 1 ? "1 file" : `${count} files`}`,
  migrations: (count, cut) => {
    if (count === 0) return cut ? "no migration among the files that GitHub lists" : "no migration";
    return `⚠️ **${cut ? "at least " : ""}${count === 1 ? "1 MIGRATION" : `${count} MIGRATIONS`}**`;
  },
  moreCommits: (count) => (count === 1 ? "1 more commit" : `${count} more commits`),
  adds: (amounts) => `Adds ${amounts}`,
  behind: (removed, files) =>
    `**Behind:** adds nothing and removes ${removed} of the current release (${files})`,
  diverged: (removed, files) => `**Diverged:** removes ${removed} of the current release (${files})`,
  contained: "this release has the same changes in other commits",
  migrationsBack: (count, paths) =>
    `**${count === 1 ? "1 migration file" : `${count} migration files`} removed or older:** ${paths}. Check that the database fits this release.`,
  noSubject: "(no message)",
};

function commits(count: number): string {
  return count === 1 ? "1 commit" : `${count} commits`;
}
