import type { ComposeCheck } from "../config/health-checks.js";
import type { RemoteCommand } from "../execution/remote-runner.js";
import {
  CONTAINERS_OF_LABEL,
  CONTAINERS_OF_PROJECT,
  judgeContainers,
  parseContainers,
} from "./containers.js";
import type { Finding } from "./probe-result.js";
import type { RestartMemory } from "./restart-memory.js";
import { type RemoteProbeParts, runOnHost } from "./run-on-host.js";

export async function probeCompose(
  check: ComposeCheck,
  parts: RemoteProbeParts & { readonly restarts: RestartMemory },
  signal: AbortSignal,
): Promise<Finding> {
  const { text, ...found } = await runOnHost(parts, check.host, composeCommand(check), signal);
  if (found.reason !== undefined) return found;
  const containers = parseContainers(text, parts.restarts);
  const reason =
    containers === undefined ? { code: "unreadable" as const } : judgeContainers(containers, check.services);
  return reason === undefined ? {} : { reason };
}

/** Compose finds a project by its file; without a directory there is none, but the containers' labels. */
export function composeCommand({ directory, file, project, timeout }: ComposeCheck): RemoteCommand {
  const timeoutSeconds = timeout;
  if (directory === undefined) {
    const label = `label=com.docker.compose.project=${project ?? ""}`;
    return { argv: ["sh", "-c", CONTAINERS_OF_LABEL, "containers-of-label", label], timeoutSeconds };
  }
  const options = [
    ...(file === undefined ? [] : ["--file", file]),
    ...(project === undefined ? [] : ["--project-name", project]),
  ];
  const argv = ["sh", "-c", CONTAINERS_OF_PROJECT, "containers-of-project", ...options] as const;
  return { argv, directory, timeoutSeconds };
}
