import { findProgram } from "../../sandbox/host/find-program.js";
import { runProgram } from "../../sandbox/host/run-program.js";
import type { Execution, HostTruth } from "../history/history.js";
import { readExecutions } from "./read-executions.js";

interface LookedAt {
  /** The git checkout on the host. */
  readonly checkout: string;
  /** The file to which the steps append. */
  readonly executions: string;
}

/**
 * What a host has at this moment, by its own witnesses.
 * @param movedAfter how many lines the steps had written when a person last moved the checkout by hand
 */
export async function readHostTruth(
  { checkout, executions }: LookedAt,
  movedAfter: number,
): Promise<HostTruth> {
  const lines = await readExecutions(executions);
  const files = await runProgram([findProgram("git"), "-C", checkout, "rev-parse", "--verify", "HEAD"]);
  return hostTruth(lines, movedAfter, files);
}

function hostTruth(lines: readonly Execution[], movedAfter: number, files: string): HostTruth {
  const { sha: application, deployment } = lines.findLast(({ phase }) => phase === "touch") ?? {};
  const begun = lines.findLastIndex(({ phase, step }) => phase === "begin" && step === "restart");
  const ended = lines.findLastIndex(({ phase, step }) => phase === "end" && step === "restart");
  return { application, deployment, files, isOpen: ended < begun || ended < movedAfter };
}
