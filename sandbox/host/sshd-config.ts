import { readFileSync } from "node:fs";
import type { HostPaths } from "./host-paths.js";

export interface SshdSettings {
  readonly paths: HostPaths;
  readonly port: number;
  /** Set for every session, so that nothing of the account's own environment counts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines that only some releases of sshd know. */
  readonly extraLines: readonly string[];
}

/** The text of `sshd_config`. */
export function sshdConfig({ paths, port, environment, extraLines }: SshdSettings): string {
  const variables = Object.entries(environment).map(([name, value]) => `"${name}=${value}"`);
  return [
    "ListenAddress 127.0.0.1",
    `Port ${port}`,
    `HostKey ${paths.hostKey}`,
    `AuthorizedKeysFile ${paths.authorizedKeys}`,
    "PidFile none",
    // The temporary folder lies below a folder that everyone may write to.
    "StrictModes no",
    `UsePAM ${accountNeedsPam() ? "yes" : "no"}`,
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UseDNS no",
    "PrintMotd no",
    "MaxStartups 200",
    "Subsystem sftp internal-sftp",
    "LogLevel VERBOSE",
    `SetEnv ${variables.join(" ")}`,
    ...extraLines,
    "",
  ].join("\n");
}

/**
 * Without PAM, sshd refuses an account whose password is locked with `!`, as root's is on many installations.
 * Only root can see that, and only then does it matter: an ordinary user's sshd cannot read the lock.
 */
function accountNeedsPam(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    return readFileSync("/etc/shadow", "utf8")
      .split("\n")
      .some((line) => line.startsWith("root:!"));
  } catch {
    return false;
  }
}
