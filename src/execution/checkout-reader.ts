import type { Logger } from "pino";
import type { StrategyConfig } from "../config/schema.js";
import type { CheckoutReading } from "../deployments/running.js";
import { parseReading, planReading } from "../strategies/git-checkout.js";
import { HostPlaces } from "./host-places.js";
import type { RemoteRunner } from "./remote-runner.js";

/** An answer has three lines. UTF-16 units. */
const READ_LENGTH = 8_192;
/** A host has few sessions (see `HostLink`), and deployments need them more. */
const READINGS_AT_ONCE = 2;

export interface CheckoutReaderOptions {
  readonly runner: RemoteRunner;
  readonly logger: Logger;
}

/** @returns undefined where the host did not answer in time, or not with something that can be believed */
export type ReadCheckout = (
  place: { readonly host: string; readonly strategy: StrategyConfig },
  deadlineMs: number,
) => Promise<CheckoutReading | undefined>;

/** Reads HEAD of checkouts over SSH. It never throws: a host that does not answer says nothing. */
export function createCheckoutReader({ runner, logger }: CheckoutReaderOptions): ReadCheckout {
  const places = new HostPlaces(READINGS_AT_ONCE);
  return async ({ host, strategy }, deadlineMs) => {
    // By hand: Node 20 can collect an `AbortSignal.timeout` that was combined with another one.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), deadlineMs);
    const release = await places.acquire(host, deadline.signal);
    try {
      return release && (await readOnce(runner, { host, strategy, deadlineMs }, deadline.signal));
    } catch (error) {
      logger.info({ err: error, host }, "could not read what a host runs");
      return undefined;
    } finally {
      clearTimeout(timer);
      release?.();
    }
  };
}

async function readOnce(
  runner: RemoteRunner,
  { host, strategy, deadlineMs }: { host: string; strategy: StrategyConfig; deadlineMs: number },
  signal: AbortSignal,
): Promise<CheckoutReading | undefined> {
  let output = "";
  const seconds = Math.ceil(deadlineMs / 1000);
  const argv = ["timeout", "-k", "1", String(seconds + 1), ...planReading(strategy)] as const;
  const outcome = await runner.run(
    host,
    { argv, timeoutSeconds: seconds },
    (text) => {
      if (output.length < READ_LENGTH) output += text.slice(0, READ_LENGTH);
    },
    signal,
  );
  return outcome.kind === "exited" && outcome.code === 0 ? parseReading(output) : undefined;
}
