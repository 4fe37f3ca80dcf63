import type { EnvironmentConfig } from "../config/schema.js";
import type { CommandStep } from "./step.js";

/**
 * `$1` the artifact; the rest is the command. Proof of a backup: exit code 0, and a file that is not empty and
 * was written by this very run. A link counts as the file that it leads to.
 */
export const PROVEN_BACKUP = `
fail() { printf '%s\\n' "$1" >&2; exit "$2"; }
artifact=$1
shift
started=$(date +%s)
"$@" || fail "The backup command failed." "$?"
[ -f "$artifact" ] && [ -s "$artifact" ] || fail "The backup left no file, or an empty one: $artifact" 1
written=$(stat -L -c %Y -- "$artifact") || exit 1
[ "$written" -ge "$started" ] || fail "The backup did not write $artifact: it is older than this run." 1
printf 'backup: %s bytes in %s\\n' "$(wc -c < "$artifact" | tr -d ' ')" "$artifact"
`;

/** The step that makes the environment's backup, where one is configured. */
export function planBackup({ backup, hosts }: EnvironmentConfig): readonly CommandStep[] {
  const host = backup?.host ?? hosts[0];
  if (backup === undefined || host === undefined) return [];
  return [
    {
      kind: "command",
      id: `backup:${host}`,
      title: { code: "backup" },
      host,
      argv: ["sh", "-c", PROVEN_BACKUP, "backup", backup.artifact, ...backup.run],
      timeoutSeconds: backup.timeout,
      ...(backup.secrets && { secrets: backup.secrets }),
    },
  ];
}
