import type { LogSource } from "../config/logs-schema.js";
import type { RemoteCommand } from "../execution/remote-runner.js";

/** How long a host may take to give its log. */
const TIMEOUT_SECONDS = 15;

/** A command that is given up is ended on the host, too: a little later, so that the timeout above says so. */
const END_ON_HOST_SECONDS = 20;

/** Both outputs go one way: over two, lines of a log arrive in an order that they never had. */
const LIMITED = `
exec 2>&1
limit=$1
shift
command -v timeout >/dev/null 2>&1 && exec timeout "$limit" "$@"
exec "$@"
`;

/**
 * v2 is a plugin of docker, v1 a program of its own. That one begins with a line of its own; those of a container have
 * a name before them. Its exit code goes round the pipe.
 */
const COMPOSE = `
docker compose version >/dev/null 2>&1 && exec docker compose "$@"
exec 4>&1
code=$({ { docker-compose "$@"; echo "$?" >&3; } | sed '/^Attaching to /d' >&4; } 3>&1)
exit "$code"
`;

/** What prints the last lines of a log on its host. @param lines of a file or of each container; `run` prints what it likes */
export function logCommand(source: LogSource, lines: number): RemoteCommand {
  const argv = [
    "sh",
    "-c",
    LIMITED,
    "logs",
    String(END_ON_HOST_SECONDS),
    ...programOf(source, lines),
  ] as const;
  const directory = "compose" in source ? { directory: source.compose.directory } : {};
  return { argv, ...directory, timeoutSeconds: TIMEOUT_SECONDS };
}

function programOf(source: LogSource, lines: number): readonly string[] {
  if ("file" in source) return ["tail", "-n", String(lines), source.file];
  if ("container" in source) return ["docker", "logs", `--tail=${lines}`, source.container];
  if ("run" in source) return source.run;
  const { file, project, service } = source.compose;
  return [
    ...["sh", "-c", COMPOSE, "compose"],
    ...(file === undefined ? [] : [`--file=${file}`]),
    ...(project === undefined ? [] : [`--project-name=${project}`]),
    ...["logs", "--no-color", `--tail=${lines}`, service],
  ];
}
