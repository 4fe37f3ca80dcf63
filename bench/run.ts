import { availableParallelism } from "node:os";
import { deploymentBenchmark } from "./deployment/deployment-benchmark.js";
import { firstAnswerBenchmark } from "./first-answer/first-answer-benchmark.js";
import { healthSweepBenchmark } from "./health-sweep/health-sweep-benchmark.js";
import { type Options, parseOptions, USAGE } from "./options.js";
import { printSection } from "./report/print-section.js";
import type { Benchmark, Section } from "./report/section.js";
import { startUpBenchmark } from "./start-up/start-up-benchmark.js";
import { stepBenchmark } from "./steps/step-benchmark.js";
import { webhookBenchmark } from "./webhooks/webhook-benchmark.js";

const BENCHMARKS: readonly Benchmark[] = [
  deploymentBenchmark,
  firstAnswerBenchmark,
  webhookBenchmark,
  startUpBenchmark,
  healthSweepBenchmark,
  stepBenchmark,
];

/** @returns the exit code: 1 when something could not be measured, 2 for wrong options */
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
      return measureAll(parsed.options);
  }
}

async function measureAll({ only, runs, json }: Options): Promise<number> {
  const sections: Section[] = [];
  const failures: string[] = [];
  for (const benchmark of BENCHMARKS.filter(({ id }) => only.includes(id))) {
    try {
      const section = await measure(benchmark, runs);
      sections.push(section);
      if (!json) console.log(printSection(section));
    } catch (error) {
      failures.push(`(${benchmark.id}) could not be measured: ${describe(error)}`);
    }
  }
  if (json) console.log(JSON.stringify({ machine: machine(), sections, failures }, null, 2));
  else console.log(`Measured on ${machine().cores} cores with Node ${machine().node}.`);
  for (const failure of failures) console.error(failure);
  return failures.length === 0 ? 0 : 1;
}

async function measure(benchmark: Benchmark, runs = benchmark.defaultRuns): Promise<Section> {
  const { id, title } = benchmark;
  const progress = (line: string): void => console.error(`(${id}) ${line}`);
  progress(`${title}: ${runs} ${runs === 1 ? "run" : "runs"}`);
  return { id, title, ...(await benchmark.measure({ runs, progress })) };
}

function machine() {
  return { cores: availableParallelism(), node: process.versions.node };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

// What was started ends with this process through its exit handlers, which a signal alone would skip.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

process.exitCode = await main(process.argv.slice(2));
