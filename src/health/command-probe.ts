import type { CommandCheck } from "../config/health-checks.js";
import type { Finding } from "./probe-result.js";
import { type RemoteProbeParts, runOnHost } from "./run-on-host.js";

export async function probeCommand(
  { host, run: argv, directory, contains, timeout }: CommandCheck,
  parts: RemoteProbeParts,
  signal: AbortSignal,
): Promise<Finding> {
  const command = { argv, timeoutSeconds: timeout, ...(directory !== undefined && { directory }) };
  const { text, ...found } = await runOnHost(parts, host, command, signal);
  if (found.reason !== undefined || contains === undefined || text.includes(contains)) return found;
  return { ...found, reason: { code: "text-missing", expected: contains } };
}
