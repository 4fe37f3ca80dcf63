import { fileURLToPath } from "node:url";
import { z } from "zod";
import { spawnNode } from "../processes/node-process.js";
import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median } from "../report/statistics.js";
import { PROBES, SLOW_AT, SLOW_MS } from "./size.js";

const LIMIT_MS = 120_000;
const GOAL_RATIO = 1.5;

const Measured = z.object({
  wallMs: z.number(),
  growthMegabytes: z.number(),
  batchesMs: z.number(),
  slowestBatchMs: z.number(),
});
type Measured = z.output<typeof Measured>;

/** (e) One sweep of many health probes, a few of them slow. */
export const healthSweepBenchmark: Benchmark = {
  id: "e",
  title: `${PROBES} health probes in one sweep, ${SLOW_AT.size} of them slow`,
  defaultRuns: 3,

  async measure(options) {
    const server = spawnNode({ args: [programOf("probed-server.js")] });
    try {
      const port = (await server.waitForLine("ready ", LIMIT_MS)).slice("ready ".length);
      return { rows: rowsOf(await measureRuns(port, options)), notes: NOTES };
    } finally {
      await server.stop();
    }
  },
};

async function measureRuns(port: string, { runs, progress }: BenchOptions): Promise<readonly Measured[]> {
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run++) {
    const sweeper = spawnNode({ args: [programOf("sweeper.js"), port] });
    try {
      const line = await sweeper.waitForLine("measured ", LIMIT_MS);
      measured.push(Measured.parse(JSON.parse(line.slice("measured ".length))));
    } finally {
      await sweeper.stop();
    }
    progress(`run ${run + 1} of ${runs}`);
  }
  return measured;
}

function rowsOf(measured: readonly Measured[]): readonly Row[] {
  const samples = (read: (one: Measured) => number) => measured.map(read);
  const slowest = median(samples(({ slowestBatchMs }) => slowestBatchMs));
  const ratio = median(samples(({ wallMs }) => wallMs)) / slowest;
  const time = (subject: string, read: (one: Measured) => number, more: Pick<Row, "ratio" | "goal">) =>
    rowOf({ subject, measure: "wall time", unit: "ms" }, samples(read), more);
  return [
    time("Slipway's sweep", ({ wallMs }) => wallMs, {
      ratio,
      goal: { text: `ratio ≤ ${GOAL_RATIO}`, met: ratio <= GOAL_RATIO },
    }),
    time("the slowest batch of 50", ({ slowestBatchMs }) => slowestBatchMs, { ratio: 1 }),
    time("all batches of 50, in turn", ({ batchesMs }) => batchesMs, {
      ratio: median(samples(({ batchesMs }) => batchesMs)) / slowest,
    }),
    rowOf(
      { subject: "Slipway's sweep", measure: "memory growth", unit: "MB" },
      samples(({ growthMegabytes }) => growthMegabytes),
    ),
  ];
}

function programOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

const NOTES: readonly string[] = [
  `${SLOW_AT.size} of the ${PROBES} answer after ${SLOW_MS / 1000} s, all others at once; each probe opens a connection of its own and reads JSON.`,
  "50 probes are made at once, in both ways. The slowest batch is what one slow answer takes at least.",
  "Memory is how much the resident set grew at most in the sweep, after 200 probes that do not count.",
];
