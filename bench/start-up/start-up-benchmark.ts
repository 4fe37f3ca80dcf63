import { childrenOf } from "../../sandbox/host/processes.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { ROLES, type Role } from "../../src/role.js";
import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median } from "../report/statistics.js";
import { type StartUp, startBareNode, startSlipway } from "./start-up.js";

const GOAL_MS = 1_000;
const GOAL_MEGABYTES = 100;

/** One way to start a process. */
interface Subject {
  readonly name: string;
  start(): Promise<StartUp>;
}

/** (d) Start-up time and idle memory, by role. */
export const startUpBenchmark: Benchmark = {
  id: "d",
  title: "start-up time and idle memory",
  defaultRuns: 5,

  async measure(options) {
    // Discord allows one IDENTIFY in 5 s, which would be what is measured.
    const limits = { identifyIntervalMs: 0, identifiesPerDay: 1_000_000 };
    const sandbox = await startSandbox({ discord: { rateLimits: false, limits } });
    try {
      await sandbox.bot.stop();
      return { rows: rowsOf(await measureInTurn(subjectsOf(sandbox), options)), notes: NOTES };
    } finally {
      await sandbox.close();
    }
  },
};

function subjectsOf({ env }: Sandbox): readonly Subject[] {
  const { REDIS_URL: _, ...ownRedis } = env;
  const subject = (role: Role): Subject => ({
    name: role === "all" ? "Slipway" : `Slipway --role ${role}`,
    start: () => startSlipway(env, role, () => 0),
  });
  return [
    ...ROLES.map(subject),
    { name: "Slipway, own Redis", start: () => startSlipway(ownRedis, "all", redisOf) },
    { name: "node alone", start: startBareNode },
  ];
}

/** The embedded Redis is the only child of the bot. */
function redisOf(bot: number): number {
  const [redis] = childrenOf(bot);
  if (redis === undefined) throw new Error("Slipway started no Redis of its own.");
  return redis;
}

async function measureInTurn(
  subjects: readonly Subject[],
  { runs, progress }: BenchOptions,
): Promise<ReadonlyMap<string, readonly StartUp[]>> {
  const measured = new Map<string, StartUp[]>(subjects.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const { name, start } of subjects) measured.get(name)?.push(await start());
    progress(`run ${run + 1} of ${runs}`);
  }
  return measured;
}

function rowsOf(measured: ReadonlyMap<string, readonly StartUp[]>): Row[] {
  const bare = measured.get("node alone");
  if (bare === undefined) throw new Error("Node alone was not measured.");
  return [...measured].flatMap(([subject, starts]) => figuresOf(subject, starts, bare));
}

function figuresOf(subject: string, starts: readonly StartUp[], bare: readonly StartUp[]): Row[] {
  const row = (
    measure: string,
    unit: "ms" | "MB",
    read: (start: StartUp) => number | undefined,
    limit?: number,
  ) => {
    const samples = starts.map(read).filter((sample) => sample !== undefined);
    if (samples.length === 0) return [];
    const reference = bare.map(read).filter((sample) => sample !== undefined);
    const ratio = reference.length === 0 ? undefined : median(samples) / median(reference);
    const met = limit !== undefined && median(samples) <= limit;
    return rowOf({ subject, measure, unit }, samples, {
      ...(ratio !== undefined && { ratio }),
      ...(limit !== undefined && { goal: { text: `p50 ≤ ${limit} ${unit}`, met } }),
    });
  };
  const judged = subject.startsWith("Slipway");
  return [
    row("started", "ms", ({ startedMs }) => startedMs, judged ? GOAL_MS : undefined),
    row("ready", "ms", ({ readyMs }) => readyMs),
    row("idle memory", "MB", ({ idleMegabytes }) => idleMegabytes, judged ? GOAL_MEGABYTES : undefined),
    row("its Redis", "MB", ({ redisMegabytes }) => redisMegabytes),
  ].flat();
}

const NOTES: readonly string[] = [
  "“started” is the log line “Slipway has started”; “ready” is when /readyz answers 200, for a gateway once Discord is connected.",
  "Memory is the process's resident set (RSS) once it has not grown for 2 s, at most 15 s after it was ready.",
  "“own Redis” starts a redis-server as a child, whose memory is on a line of its own; the others use one that runs.",
  "“node alone” is an empty script: its start and its memory are in every other figure too.",
];
