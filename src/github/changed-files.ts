import type { GitHubFile } from "./compare-page.js";

const MIGRATION = /(?:^|\/)(?:migrations?|migrate|alembic\/versions|db\/migrate)\//i;

/** A file that was moved out of a folder of migrations counts, too. */
export function isMigration({ filename, previous_filename }: GitHubFile): boolean {
  return isMigrationPath(filename) || isMigrationPath(previous_filename);
}

/**
 * Leaves out what the other side changed in the same way: a fix that was picked from one branch to another comes and
 * goes as a commit, while its files stay.
 */
export function withoutShared(
  files: readonly GitHubFile[],
  others: readonly GitHubFile[],
): readonly GitHubFile[] {
  const shared = new Set(others.map(keyOf));
  return files.filter((file) => !shared.has(keyOf(file)));
}

/**
 * Names the migration files that run now and will be gone or older.
 *
 * @param coming changed by the release since the commit that both share
 * @param going changed by what runs since then, and not by the release in the same way
 */
export function migrationsBack(
  coming: readonly GitHubFile[],
  going: readonly GitHubFile[],
): readonly string[] {
  const deleted = coming.flatMap(({ status, filename, previous_filename }) => {
    if (status === "removed") return isMigrationPath(filename) ? [filename] : [];
    const movedOut = isMigrationPath(previous_filename) && !isMigrationPath(filename);
    return movedOut && previous_filename !== undefined ? [previous_filename] : [];
  });
  const taken = going.filter((file) => file.status !== "removed" && isMigrationPath(file.filename));
  return [...new Set([...deleted, ...taken.map(({ filename }) => filename)])].sort();
}

function isMigrationPath(path: string | undefined): boolean {
  return path !== undefined && MIGRATION.test(path);
}

function keyOf({ filename, previous_filename, status, sha }: GitHubFile): string {
  return JSON.stringify([filename, previous_filename, status, sha]);
}
