import type { EnvironmentConfig } from "../config/schema.js";
import type { CommandStep } from "./step.js";

/**
 * `$1` the artifact; the rest is the command. Proof of a backup: exit code 0, and a file that is not empty and
 * was written by this very run.
 */
const PROVEN_BACKUP = `
artifact=$1
shift
started=$(date +%s)
"$@" || { code=$?; echo "The backup command failed." >&2; exit "$code"; }
[ -s "$artifact" ] || { echo "The backup left no file, or an empty one: $artifact" >&2; exit 1; }
written=$(stat -c %Y -- "$artifact") || exit 1
[ "$written" -ge "$started" ] || { echo "The backup did not write $artifact: it is older than this run." >&2; exit 1; }
echo "backup: $(wc -c < "$artifact") bytes in $artifact"
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
    },
  ];
}
