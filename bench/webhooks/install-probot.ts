import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repositoryRoot } from "../../sandbox/repository-root.js";

const INSTALL_LIMIT_MS = 300_000;

/**
 * Installs Probot from the lock file of `bench/`, unless it is there.
 * @returns the path of its program
 * @throws Error when npm fails
 */
export async function installProbot(progress: (line: string) => void): Promise<string> {
  const folder = join(repositoryRoot(), "bench");
  const program = join(folder, "node_modules/probot/bin/probot.js");
  if (!existsSync(program)) {
    progress("installing Probot (npm ci --prefix bench)");
    await promisify(execFile)("npm", ["ci", "--prefix", folder], { timeout: INSTALL_LIMIT_MS });
  }
  return program;
}
