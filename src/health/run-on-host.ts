import type { ProbeReason } from "../deployments/probe-reason.js";
import { HostUnreachableError } from "../execution/host-unreachable-error.js";
import type { CommandOutcome, RemoteCommand, RemoteRunner } from "../execution/remote-runner.js";
import { ownShortage } from "./own-shortage.js";

/** As much of the output is looked at. UTF-16 units. */
const READ_LENGTH = 1024 * 1024;

/** As much of its end is kept for people. UTF-16 units. */
const SHOWN_LENGTH = 2_000;

/** As much of its last line goes into the reason. Characters. */
const SAID_LENGTH = 200;

export interface RemoteProbeParts {
  readonly runner: RemoteRunner;
  /** Removes secrets from output, also where they are split over chunks. */
  readonly redaction: () => { write(text: string): string; end(): string };
}

export interface HostRun {
  /** Absent where the command ended with 0. */
  readonly reason?: ProbeReason;
  /** The first megabyte, as the host sent it: not for people. */
  readonly text: string;
  /** The end of it, redacted. */
  readonly output?: string;
}

/**
 * Runs a command that only looks. Without a pty nothing ends a command on the host that nobody waits for any more,
 * and a probe comes back every hour: so the host's own `timeout` ends it, a little after Slipway gave up.
 * @throws the reason of the signal, and what is wrong with Slipway's own machine
 */
export async function runOnHost(
  { runner, redaction }: RemoteProbeParts,
  host: string,
  command: RemoteCommand,
  signal: AbortSignal,
): Promise<HostRun> {
  signal.throwIfAborted();
  const redacted = redaction();
  let text = "";
  let shown = "";
  const show = (more: string) => {
    shown = (shown + more).slice(-SHOWN_LENGTH);
  };
  try {
    const onOutput = (chunk: string) => {
      if (text.length < READ_LENGTH) text = (text + chunk).slice(0, READ_LENGTH);
      show(redacted.write(chunk));
    };
    const outcome = await runner.run(host, limited(command), onOutput, signal);
    show(redacted.end());
    signal.throwIfAborted();
    const reason = reasonOf(host, outcome, lastLine(shown));
    return { text, ...(reason && { reason }), ...(shown !== "" && { output: shown }) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof HostUnreachableError) || ownShortage(error) !== undefined) throw error;
    if (error.notRun) return { text, reason: { code: "not-run", host, ...error.notRun } };
    const { code: reason, said } = error;
    return { text, reason: { code: "host-unreachable", host, reason, ...(said !== undefined && { said }) } };
  }
}

function limited({ argv, timeoutSeconds, ...command }: RemoteCommand): RemoteCommand {
  const seconds = String(Math.ceil(timeoutSeconds) + 1);
  return { ...command, timeoutSeconds, argv: ["timeout", "-k", "1", seconds, ...argv] };
}

/** Programs say last why they give up. */
function lastLine(output: string): { readonly said?: string } {
  const line = output.split(/[\r\n]+/).findLast((each) => each.trim() !== "");
  return line === undefined ? {} : { said: [...line.trim()].slice(0, SAID_LENGTH).join("") };
}

function reasonOf(
  host: string,
  outcome: CommandOutcome,
  said: { readonly said?: string },
): ProbeReason | undefined {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0 ? undefined : { code: "exited", exitCode: outcome.code, ...said };
    case "killed":
      return { code: "killed", signal: outcome.signal, ...said };
    case "timed-out":
      return { code: "timed-out", seconds: outcome.afterSeconds };
    default:
      return { code: "host-unreachable", host, reason: "lost" };
  }
}
