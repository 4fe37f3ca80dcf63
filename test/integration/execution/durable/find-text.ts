import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Every file below a directory. */
export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** What `ps` reads: the arguments of every process. */
export function argumentFiles(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => `/proc/${pid}/cmdline`);
}

/** Those of the files that hold a text; what went away meanwhile holds nothing. */
export function filesHolding(text: string, files: readonly string[]): string[] {
  return files.filter((file) => {
    try {
      return readFileSync(file, "utf8").includes(text);
    } catch {
      return false;
    }
  });
}
