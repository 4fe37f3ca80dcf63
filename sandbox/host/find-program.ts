import { accessSync, constants } from "node:fs";
import path from "node:path";
import { HostError } from "./host-error.js";

// Debian keeps sshd out of an ordinary user's PATH.
const extraDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

/**
 * Absolute path of the first of `names` that this machine has.
 * @throws HostError that names the script that installs it
 */
export function findProgram(...names: readonly string[]): string {
  const found = findOptionalProgram(...names);
  if (found === undefined) {
    throw new HostError(`${names.join(" or ")} is not on this machine: run scripts/install-requirements.sh`);
  }
  return found;
}

export function findOptionalProgram(...names: readonly string[]): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(path.delimiter), ...extraDirectories];
  return names
    .flatMap((name) => directories.map((directory) => path.resolve(directory, name)))
    .find(isExecutable);
}

/** Whether the file is there and may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
