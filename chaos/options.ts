import { parseArgs } from "node:util";
import { NEMESIS_NAMES, type NemesisName } from "./nemeses/nemesis.js";
import type { Timing } from "./world/slipway-config.js";

export const USAGE = `Usage: npm run chaos -- [options]

Kills bots, links, workers, Redis and runners while deployments run, and then asks the hosts, Redis and the
channels whether any promise was broken. The control is a naive executor, which must not survive the same.

  --short        the form for CI: fewer strikes, and a lock of 3 s (full: 15 s)
  --only NAME    one nemesis alone; may be given several times
                   ${NEMESIS_NAMES.join(", ")}, control
  --count N      how often each nemesis strikes (each has its own default)
  --seed N       what all random choices follow from (random, and printed)
  --lock 15s     how long a worker's lock lasts; the stalled check comes three times as often
  --lanes N      environments that deploy at the same time, for each nemesis (6)
  --at-once N    nemeses at work at the same time, each in a world of its own (3)
  --json FILE    writes the figures there
  --evidence DIR writes there what each broken promise was found with: logs of the bots, records, execution logs
  --help         print this

The exit code is 1 when a promise was broken, something hung, or the control got off too lightly; 2 for wrong
options.`;

export type CampaignName = NemesisName | "control";
const NAMES: readonly CampaignName[] = [...NEMESIS_NAMES, "control"];

export interface Options {
  readonly short: boolean;
  readonly only: readonly CampaignName[];
  /** Absent where each nemesis takes its default. */
  readonly count: number | undefined;
  readonly seed: number;
  readonly timing: Timing;
  readonly lanes: number;
  readonly atOnce: number;
  readonly json: string | undefined;
  readonly evidence: string | undefined;
}

export type ParsedOptions =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly why: string };

const LARGEST_SEED = 2 ** 31 - 1;

/** Reads the words after `npm run chaos --`. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        short: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [...NAMES] },
        count: { type: "string" },
        seed: { type: "string", default: String(Math.floor(Math.random() * LARGEST_SEED)) },
        lock: { type: "string" },
        lanes: { type: "string", default: "6" },
        "at-once": { type: "string", default: "3" },
        json: { type: "string" },
        evidence: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    return {
      kind: "options",
      options: {
        short: values.short,
        only: values.only.map(readName),
        count: values.count === undefined ? undefined : readNumber("count", values.count, 10_000),
        seed: readNumber("seed", values.seed, LARGEST_SEED),
        timing: readTiming(values.lock ?? (values.short ? "3s" : "15s")),
        lanes: readNumber("lanes", values.lanes, 50),
        atOnce: readNumber("at-once", values["at-once"], NAMES.length),
        json: values.json,
        evidence: values.evidence,
      },
    };
  } catch (error) {
    if (error instanceof TypeError) return { kind: "refused", why: error.message };
    throw error;
  }
}

function readName(text: string): CampaignName {
  const name = NAMES.find((known) => known === text);
  if (name === undefined) throw new TypeError(`--only takes ${NAMES.join(", ")}`);
  return name;
}

function readNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new TypeError(`--${option} takes a whole number from 1 to ${most}`);
}

function readTiming(text: string): Timing {
  const [, digits] = /^([1-9]\d?)s$/.exec(text) ?? [];
  if (digits === undefined) throw new TypeError("--lock takes seconds from 1s to 99s");
  const lockSeconds = Number(digits);
  return { lockSeconds, stalledCheckSeconds: Math.max(1, Math.floor(lockSeconds / 3)) };
}
