import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TargetHost } from "../../../sandbox/host/types.js";

const execFileAsync = promisify(execFile);

/** Runs a command on the host with the OpenSSH client and returns what it printed. */
export async function ssh(host: TargetHost, command: string, ...options: readonly string[]): Promise<string> {
  const [client = "ssh", ...args] = host.sshArguments;
  const { stdout } = await execFileAsync(client, [
    "-o",
    "StrictHostKeyChecking=yes",
    ...options,
    ...args,
    command,
  ]);
  return stdout.trimEnd();
}
