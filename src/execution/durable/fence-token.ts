import { FENCE_FURTHEST_AHEAD_MS } from "../../fence-limit.js";
import { HostUnreachableError } from "../host-unreachable-error.js";
import type { HostRunner } from "./host-runner.js";

/**
 * Checks the token that a host says it has seen, before anything counts on it.
 * @throws HostUnreachableError `bad-fence`, naming the file, when Slipway cannot have given the token out
 */
export function checkSeenToken(runner: HostRunner, key: string, token: number): number {
  if (token > Date.now() + FENCE_FURTHEST_AHEAD_MS) throw badFence(runner, key);
  return token;
}

/** The host's file with the token of a fence cannot be believed: nothing was started. */
export function badFence(runner: HostRunner, key: string): HostUnreachableError {
  return new HostUnreachableError(runner.host, "bad-fence", { detail: runner.pathOf(`fences/${key}`) });
}
