import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type AppOptions, appFiles } from "../../../sandbox/host/app-files.js";

/** A git repository on disk that holds the demo app. */
export interface AppRepository {
  readonly url: string;
  /** Writes the app's files as told, commits them and returns the SHA. */
  commit(app: AppOptions): string;
  remove(): void;
}

export function makeAppRepository(app: AppOptions): AppRepository {
  const directory = mkdtempSync(path.join(tmpdir(), "slipway-repository-"));
  const git = (...args: string[]) =>
    execFileSync(
      "git",
      ["-C", directory, "-c", "user.name=Test", "-c", "user.email=test@example.org", ...args],
      {
        encoding: "utf8",
      },
    ).trim();
  const commit = (settings: AppOptions) => {
    for (const [file, content] of Object.entries(appFiles(settings))) {
      writeFileSync(path.join(directory, file), content);
    }
    git("add", ".");
    git("commit", "--quiet", "--allow-empty", "--message", "A change");
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  commit(app);
  return {
    url: `file://${directory}`,
    commit,
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
