import { chmod, writeFile } from "node:fs/promises";
import { findProgram } from "./find-program.js";
import type { HostPaths } from "./host-paths.js";

/** Writes the host's restart command, outside of every checkout: `restart <app>`. */
export async function writeRestartScript(paths: HostPaths, searchPath: string): Promise<void> {
  await writeFile(paths.restart, restartScript(paths.root, searchPath));
  await chmod(paths.restart, 0o755);
}

function restartScript(root: string, searchPath: string): string {
  return `#!/bin/sh
set -eu
PATH=${shellWord(searchPath)}
export PATH
root=${shellWord(root)}
app=\${1:?usage: restart <app>}
pid_file=$root/run/$app.pid
PORT=$(cat "$root/run/$app.port")
export PORT

# A process that ended but was not reaped still takes signals.
alive() {
  kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

stop() {
  kill -s TERM -- "-$1" 2>/dev/null || true
  tries=0
  while alive "$1"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || kill -s KILL -- "-$1" 2>/dev/null || true
    sleep 0.02
  done
}

if [ -s "$pid_file" ]; then
  old=$(cat "$pid_file")
  if alive "$old"; then
    echo "Stopping $app (process $old)"
    stop "$old"
  fi
fi

cd "$root/srv/$app"
setsid ${shellWord(process.execPath)} app.mjs </dev/null >>"$root/log/$app.log" 2>&1 &
echo "$!" >"$pid_file"
echo "Started $app (process $!) on port $PORT"
`;
}

/** `PATH` that finds Node, git and the usual tools, whatever the account's own says. */
export function hostSearchPath(): string {
  const programs = [process.execPath, findProgram("git")];
  const folders = programs.map((program) => program.slice(0, program.lastIndexOf("/")));
  return [...new Set([...folders, "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"])].join(":");
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
