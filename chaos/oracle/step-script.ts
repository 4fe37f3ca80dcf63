import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TargetHost } from "../../sandbox/host/types.js";

/**
 * `oracle-step LOG ENVIRONMENT STEP`, run in the checkout: a step that is its own witness. Before it does anything it
 * writes down that it begins, at last that it has ended, and, if it is the restart, when the application is replaced;
 * each line is one write to a file that is only ever appended to. A line names the deployment where a process above the
 * step does, as the runner does in its arguments: the step itself is told nothing. How long it takes, what it prints and
 * how it fails comes with the commit: see `drawSteps`.
 */
const SCRIPT = `#!/bin/sh
set -eu
log=$1 environment=$2 step=$3
sha=$(git rev-parse --verify HEAD)
deployment=- above=$PPID
while [ "$deployment" = - ] && [ "$above" -gt 1 ]; do
  words=" $(tr '\\0' ' ' <"/proc/$above/cmdline" || true)"
  case $words in *" claim "*) words=\${words#* claim } deployment=\${words%%[. ]*} ;; esac
  read -r _ _ _ above _ <"/proc/$above/stat" || break
done
note() { printf '%s %s %s %s %s %s\\n' "$1" "$environment" "$sha" "$step" "$$" "$deployment" >>"$log"; }
note begin
read -r bursts lines pause fails code <"chaos/$step"
total=$((bursts * lines)) line=0 burst=0
while [ "$burst" -lt "$bursts" ]; do
  burst=$((burst + 1))
  sleep "$pause"
  [ "$burst" -ne 1 ] || { [ "$fails" != early ] || exit "$code"; [ "$step" != restart ] || note touch; }
  while [ "$line" -lt $((burst * lines)) ]; do
    line=$((line + 1))
    printf '%s %s/%s Größe 日本語 🚢 %s\\n' "$step" "$line" "$total" "$environment"
  done
done
[ "$fails" != late ] || exit "$code"
note end
`;

/** What a line of the step's output is, as the script above prints it. */
export function outputLine(environment: string, step: string, line: number, total: number): string {
  return `${step} ${line}/${total} Größe 日本語 🚢 ${environment}`;
}

/** Puts the step on a host. @returns the argv of one step, and the file that tells what ran */
export async function installOracle(host: TargetHost) {
  const program = join(host.directory, "bin", "oracle-step");
  const log = join(host.directory, "log", "executions");
  await writeFile(program, SCRIPT);
  await chmod(program, 0o755);
  await writeFile(log, "");
  return { log, argv: (environment: string, step: string) => [program, log, environment, step] };
}
