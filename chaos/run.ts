import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { type CampaignResult, runCampaign } from "./campaign.js";
import { campaignsFor, type PlannedCampaign } from "./campaigns.js";
import { VIOLATION_KINDS } from "./history/violation.js";
import { type Options, parseOptions, USAGE } from "./options.js";
import { badShare, type Figures, figuresOf, isClean } from "./report/figures.js";
import { keepEvidence } from "./report/keep-evidence.js";
import { describeControl, printTable } from "./report/print-table.js";

/** With fewer bad deployments than this the nemesis would prove nothing. */
const LEAST_BAD_SHARE = 0.3;
/** A whole run may break thousands of promises for one reason. */
const SHOWN_OF_A_KIND = 4;

/** @returns the exit code: 1 when a promise was broken, 2 for wrong options */
async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args);
  switch (parsed.kind) {
    case "help":
      console.log(USAGE);
      return 0;
    case "refused":
      console.error(`${parsed.why}\n\n${USAGE}`);
      return 2;
    case "options":
      return runAll(parsed.options);
  }
}

async function runAll(options: Options): Promise<number> {
  const { seed, timing, lanes, atOnce } = options;
  console.log(`seed ${seed}, lock ${timing.lockSeconds} s, ${lanes} environments at a time`);
  const campaigns = campaignsFor(options);
  const figures = new Map<string, Figures>();
  // The longest first: the short ones fill the gaps at the end.
  const waiting = campaigns.toSorted((one, other) => other.expectedSeconds - one.expectedSeconds);
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      figures.set(next.name, await run(next, options));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const rows = campaigns.flatMap(({ name }) => figures.get(name) ?? []);
  if (options.json !== undefined) await writeFile(options.json, jsonOf(options, rows));
  return report(rows, seed);
}

async function run(campaign: PlannedCampaign, { seed, lanes, timing, evidence }: Options): Promise<Figures> {
  const { name, title, strikes, subject, nemesis } = campaign;
  const progress = (line: string): void => console.log(`(${name}) ${line}`);
  progress(`${title}: ${strikes} strikes`);
  const result = await runCampaign({ subject, nemesis, strikes, seed, lanes, timing, progress });
  const figures = figuresOf({ name, title }, result);
  progress(`done in ${figures.seconds} s`);
  // Of the control, broken promises are what is expected.
  if (name === "control") return figures;
  tell(result, progress);
  if (evidence !== undefined && !isClean(figures)) await keepEvidence(evidence, name, result);
  return figures;
}

function tell({ violations, hung, crashes }: CampaignResult, progress: (line: string) => void): void {
  for (const kind of VIOLATION_KINDS) {
    const same = violations.filter((violation) => violation.kind === kind);
    for (const { environment, sha, deployment = "-", detail } of same.slice(0, SHOWN_OF_A_KIND)) {
      progress(`${kind}: ${environment} ${sha.slice(0, 7)} ${deployment}: ${detail}`);
    }
    if (same.length > SHOWN_OF_A_KIND) progress(`${kind}: … and ${same.length - SHOWN_OF_A_KIND} more`);
  }
  if (crashes > 0) progress(`the bot ended by itself ${crashes} times`);
  for (const line of hung ?? []) progress(`hangs: ${line}`);
}

function report(rows: readonly Figures[], seed: number): number {
  console.log(`\n${printTable(rows)}\n`);
  const control = rows.find(({ name }) => name === "control");
  const isControlWeak = control !== undefined && (control.hung || badShare(control) < LEAST_BAD_SHARE);
  if (control !== undefined) console.log(`${describeControl(control)}.`);
  if (isControlWeak) console.log("That is too few, or it hung: what Slipway survived proves nothing.");
  const broken = rows.filter((row) => row.name !== "control" && !isClean(row)).map(({ name }) => name);
  if (broken.length > 0)
    console.log(`Promises were broken: ${broken.join(", ")}. Repeat with --seed ${seed}.`);
  return broken.length > 0 || isControlWeak ? 1 : 0;
}

function jsonOf({ seed, timing, lanes, short }: Options, rows: readonly Figures[]): string {
  const machine = { cores: availableParallelism(), node: process.versions.node };
  const figures = { machine, seed, short, ...timing, lanes, campaigns: rows };
  return `${JSON.stringify(figures, null, 2)}\n`;
}

// What was started ends with this process through its exit handlers, which a signal alone would skip.
// Each of them has such a handler, and a world has dozens of them.
process.setMaxListeners(0);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main(process.argv.slice(2));
