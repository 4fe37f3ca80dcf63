import type { Failure } from "../deployments/record.js";
import { lastLines, OutputEnd } from "../output-end.js";
import { failureOf, unreachable } from "./execute-plan.js";
import { HostPlaces } from "./host-places.js";
import { HostUnreachableError } from "./host-unreachable-error.js";
import { filterOutput } from "./output-filter.js";
import type { Redactor } from "./redact.js";
import type { CommandOutcome, RemoteCommand, RemoteRunner } from "./remote-runner.js";

/** A host has few sessions (see `HostLink`), and deployments need them more: so many logs at once are read on one. */
const READINGS_AT_ONCE = 2;

export interface HostLogRequest {
  readonly host: string;
  /** Prints the log and ends. */
  readonly command: RemoteCommand;
  /** Of what is kept, in UTF-8. */
  readonly maxBytes: number;
  /** For a command that prints more than was asked for. */
  readonly maxLines?: number;
}

export interface HostLog {
  readonly host: string;
  /** Redacted, whole lines; without control characters and escape sequences. */
  readonly text: string;
  /** There was more than `maxBytes`: the beginning is missing. */
  readonly shortened: boolean;
  /** Why there is nothing, or not everything. */
  readonly failure?: Failure;
}

export type HostLogReader = (request: HostLogRequest) => Promise<HostLog>;

export interface HostLogReaderOptions {
  readonly runner: RemoteRunner;
  readonly redactor: Redactor;
}

/** Reads logs over SSH. A host that does not answer is a failure in what it resolves with, never an exception. */
export function createHostLogReader({ runner, redactor }: HostLogReaderOptions): HostLogReader {
  const places = new HostPlaces(READINGS_AT_ONCE);
  return async (request) => {
    const release = await places.acquire(request.host);
    try {
      return await readHostLog(runner, redactor, request);
    } finally {
      release?.();
    }
  };
}

async function readHostLog(
  runner: RemoteRunner,
  redactor: Redactor,
  { host, command, maxBytes, maxLines }: HostLogRequest,
): Promise<HostLog> {
  const filter = filterOutput(redactor);
  const output = new OutputEnd(maxBytes);
  const failure = await failureIn(() =>
    runner.run(host, command, (text) => output.write(filter.write(text))),
  );
  output.write(filter.end());
  const { text, shortened } = output.end();
  return {
    host,
    text: maxLines === undefined ? text : lastLines(text, maxLines),
    shortened,
    ...(failure && { failure }),
  };
}

async function failureIn(run: () => Promise<CommandOutcome>): Promise<Failure | undefined> {
  try {
    const outcome = await run();
    // Outcomes of durable runs, which this is none of.
    if (outcome.kind === "fenced" || outcome.kind === "detached")
      return { code: "lost", reason: outcome.kind };
    return failureOf(outcome);
  } catch (error) {
    if (error instanceof HostUnreachableError) return unreachable(error);
    throw error;
  }
}
