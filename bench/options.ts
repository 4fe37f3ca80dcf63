import { parseArgs } from "node:util";
import { SECTION_IDS, type SectionId } from "./report/section.js";

export const USAGE = `Usage: npm run bench -- [options]

Measures Slipway against its peers, on this machine and in one run, and prints ratios.

  --only a|b|c|d|e one comparison alone; may be given several times
                     a  a deployment against ssh, Capistrano and Ansible
                     b  the first answer to 100 people at once
                     c  push webhooks against Probot
                     d  start-up time and idle memory
                     e  1,000 health probes in one sweep
                     f  durable steps against plain ssh
  --runs N         how often each subject is measured (every comparison has its own default)
  --json           print one JSON object instead of tables
  --help           print this

A goal that is missed is reported and is no failure: the exit code is 1 only when something could not be
measured, 2 for wrong options.`;

export interface Options {
  readonly only: readonly SectionId[];
  /** Absent where each comparison takes its default. */
  readonly runs: number | undefined;
  readonly json: boolean;
}

export type ParsedOptions =
  | { readonly kind: "options"; readonly options: Options }
  | { readonly kind: "help" }
  | { readonly kind: "refused"; readonly why: string };

/** More would take hours and tell no more. */
const MOST_RUNS = 1_000;

/** Reads the words after `npm run bench --`. */
export function parseOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string", multiple: true, default: [...SECTION_IDS] },
        runs: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    const only = values.only.filter(isSectionId);
    if (only.length < values.only.length) return refuse(`--only takes ${SECTION_IDS.join(", ")}`);
    const runs = values.runs === undefined ? undefined : Number(values.runs);
    if (runs !== undefined && !(Number.isInteger(runs) && runs >= 1 && runs <= MOST_RUNS)) {
      return refuse(`--runs takes a whole number from 1 to ${MOST_RUNS}`);
    }
    return { kind: "options", options: { only, runs, json: values.json } };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function isSectionId(text: string): text is SectionId {
  return SECTION_IDS.some((id) => id === text);
}

function refuse(why: string): ParsedOptions {
  return { kind: "refused", why };
}
