import { readdirSync, readFileSync } from "node:fs";

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Living processes of this machine; those that ended but were not reaped yet are left out. */
function listProcesses(): ProcessEntry[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => parseStat(readProcFile(`/proc/${entry}/stat`)))
    .filter((entry) => entry !== undefined);
}

function parseStat(stat: string): ProcessEntry | undefined {
  // The command is in parentheses and may hold parentheses and spaces itself.
  const match = /^(\d+) \((.*)\) (\S) (\d+) /s.exec(stat);
  if (match === null || match[3] === "Z" || match[3] === "X") return undefined;
  return { pid: Number(match[1]), parent: Number(match[4]), command: match[2] ?? "" };
}

/** A process may end between the listing and the reading, and another user's environment is closed to us. */
function readProcFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

export function isAlive(pid: number): boolean {
  return parseStat(readProcFile(`/proc/${pid}/stat`)) !== undefined;
}

export function childrenOf(pid: number): number[] {
  return listProcesses()
    .filter((entry) => entry.parent === pid)
    .map((entry) => entry.pid);
}

/** Descendants of `pid` whose command begins with `command`, found along an unbroken chain of such processes. */
export function descendantsNamed(pid: number, command: string): number[] {
  const entries = listProcesses().filter((entry) => entry.command.startsWith(command));
  const walk = (parent: number): number[] =>
    entries.filter((entry) => entry.parent === parent).flatMap((entry) => [entry.pid, ...walk(entry.pid)]);
  return walk(pid);
}

/** Processes that were started with `NAME=value` in their environment, whoever their parent is by now. */
export function processesMarked(name: string, value: string): number[] {
  const marker = `\0${name}=${value}\0`;
  return listProcesses()
    .map((entry) => entry.pid)
    .filter((pid) => `\0${readProcFile(`/proc/${pid}/environ`)}\0`.includes(marker));
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
