import type { CommandOutcome } from "../remote-runner.js";

/** What a host knows about a run. `logBytes` is the length of its log, 0 once that was cleaned away. */
export type RunStatus =
  /** Never claimed here, or so long ago that it was swept away. */
  { readonly kind: "absent" } | { readonly kind: "running"; readonly logBytes: number } | EndedRun;

/** A run that is over. */
export type EndedRun =
  | { readonly kind: "exited"; readonly code: number; readonly logBytes: number }
  /** The shell found no such program, or no such directory: the command was never started. */
  | { readonly kind: "unstarted"; readonly code: number; readonly logBytes: number }
  /** A restart that failed, and proved that what ran before still runs. */
  | { readonly kind: "unchanged"; readonly code: number; readonly logBytes: number }
  /** Ended on the host after its time. */
  | { readonly kind: "timed-out"; readonly afterSeconds: number; readonly logBytes: number }
  | { readonly kind: "cancelled"; readonly logBytes: number }
  /** It started, and its runner ended without an outcome: killed, or the host restarted. */
  | { readonly kind: "dead"; readonly logBytes: number };

export function outcomeOf(run: EndedRun): CommandOutcome {
  switch (run.kind) {
    case "exited":
      return { kind: "exited", code: run.code };
    case "unstarted":
      return { kind: "exited", code: run.code, unstarted: true };
    case "unchanged":
      return { kind: "exited", code: run.code, unchanged: true };
    case "timed-out":
      return { kind: "timed-out", afterSeconds: run.afterSeconds };
    case "cancelled":
      return { kind: "cancelled" };
    case "dead":
      return { kind: "indeterminate", reason: "the runner on the host was ended before the command" };
  }
}
