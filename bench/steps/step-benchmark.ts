import { randomUUID } from "node:crypto";
import { startTargetHost } from "../../sandbox/host/start-target-host.js";
import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median } from "../report/statistics.js";
import { keptOpenSsh, plainSsh, type StepRunner, slipwayRunners } from "./step-runners.js";

const STEPS = 10;
/** What steps that survive everything may take in relation to plain ssh. */
const GOAL_RATIO = 1.2;

/** (e) What it costs that a step survives cut links and killed workers. */
export const stepBenchmark: Benchmark = {
  id: "f",
  title: `${STEPS} durable steps, against ${STEPS} calls of plain ssh`,
  defaultRuns: 15,

  async measure(options) {
    const host = await startTargetHost({ name: "bench" });
    const runners: StepRunner[] = [];
    try {
      runners.push(...(await slipwayRunners(host)), plainSsh(host), keptOpenSsh(host));
      return { rows: rowsOf(await measureInTurn(runners, options)), notes: NOTES };
    } finally {
      for (const runner of runners) await runner.close();
      await host.close();
    }
  },
};

/** Milliseconds for all steps, of every run. */
type Times = ReadonlyMap<string, number[]>;

/** One run of each after the other, then the next run: what the machine does meanwhile meets all alike. */
async function measureInTurn(
  runners: readonly StepRunner[],
  { runs, progress }: BenchOptions,
): Promise<Times> {
  const times = new Map<string, number[]>(runners.map(({ name }) => [name, []]));
  // The first round opens connections, puts the runner on the host, and does not count.
  for (let run = 0; run <= runs; run++) {
    for (const runner of runners) {
      const took = await timeOf(runner);
      if (run > 0) times.get(runner.name)?.push(took);
    }
    if (run % 5 === 0) progress(`run ${run} of ${runs}`);
  }
  return times;
}

async function timeOf(runner: StepRunner): Promise<number> {
  const startedAt = performance.now();
  for (let step = 0; step < STEPS; step++) await runner.run(randomUUID());
  return performance.now() - startedAt;
}

function rowsOf(times: Times): Row[] {
  const plain = times.get("plain ssh");
  if (plain === undefined) throw new Error("plain ssh was not measured.");
  const reference = median(plain);
  return [...times].map(([subject, samples]) => {
    const ratio = median(samples) / reference;
    const goal = { text: `ratio ≤ ${GOAL_RATIO}`, met: ratio <= GOAL_RATIO };
    const named = { subject, measure: `${STEPS} steps`, unit: "ms" } as const;
    return rowOf(named, samples, { ratio, ...(subject === "Slipway" && { goal }) });
  });
}

const NOTES = [
  "Each step prints one word. Slipway's are claimed, fenced off, logged and written to disk on the host before they end.",
  "“Not durable” is the same connection without any of that: where the link is cut, nobody knows what became of the step.",
  "plain ssh signs in for every step; “connection kept open” is OpenSSH's ControlMaster, a new client for each step.",
];
