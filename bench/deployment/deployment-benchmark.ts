import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median } from "../report/statistics.js";
import { ansible } from "./ansible.js";
import { capistrano } from "./capistrano.js";
import { HostChange } from "./host-change.js";
import { keptOpenSsh, plainSsh } from "./plain-ssh.js";
import { slipway, slipwayReconnecting } from "./slipway.js";
import type { Subject } from "./subject.js";
import { startWorld, type World } from "./world.js";

/** What a deployment may take in relation to one plain ssh call with the same steps. */
const GOAL_RATIO = 0.7;

/** (a) A deployment without work of its own, against those who run the same commands. */
export const deploymentBenchmark: Benchmark = {
  id: "a",
  title: "a deployment without work of its own, against one plain ssh call with the same steps",
  defaultRuns: 15,

  async measure(options) {
    const world = await startWorld();
    const change = new HostChange(world.marker);
    const subjects: Subject[] = [];
    try {
      const peers = { Capistrano: await capistrano(world), Ansible: await ansible(world) };
      subjects.push(slipwayReconnecting(world), slipway(world), plainSsh(world), keptOpenSsh(world));
      subjects.push(...Object.values(peers).filter((peer) => peer !== undefined));
      const times = await measureInTurn(world, subjects, change, options);
      const absent = Object.entries(peers).flatMap(([name, peer]) => (peer === undefined ? [name] : []));
      return { rows: rowsOf(times), notes: notes(world, absent) };
    } finally {
      change.close();
      for (const subject of subjects) await subject.close?.();
      await world.sandbox.close();
    }
  },
};

/** Milliseconds from the start, of every run. */
interface Times {
  readonly changed: number[];
  readonly finished: number[];
  readonly answered: number[];
}

/** One run of each subject after the other, then the next run: what the machine does meanwhile meets all alike. */
async function measureInTurn(
  world: World,
  subjects: readonly Subject[],
  change: HostChange,
  { runs, progress }: BenchOptions,
): Promise<ReadonlyMap<string, Times>> {
  const times = new Map<string, Times>(
    subjects.map(({ name }) => [name, { changed: [], finished: [], answered: [] }]),
  );
  let turn = 0;
  // The first round warms everything up and does not count.
  for (let run = 0; run <= runs; run++) {
    for (const subject of subjects) {
      const sha = world.commits[turn++ % 2 === 0 ? 1 : 0];
      const taken = await measureOnce(world, subject, sha, change);
      const kept = times.get(subject.name);
      if (run === 0 || kept === undefined) continue;
      kept.changed.push(taken.changed);
      kept.finished.push(taken.finished);
      if (taken.answered !== undefined) kept.answered.push(taken.answered);
    }
    if (run % 5 === 0) progress(`run ${run} of ${runs}`);
  }
  return times;
}

async function measureOnce(world: World, subject: Subject, sha: string, change: HostChange) {
  await subject.before?.();
  const changed = change.next();
  const [changedAt, { startedAt, finishedAt, answeredAt }] = await Promise.all([
    changed,
    subject.deploy(sha),
  ]);
  const there = await world.sandbox.app("uat").checkedOutSha();
  if (there !== sha) throw new Error(`${subject.name} left the host at ${there} instead of ${sha}.`);
  return {
    changed: changedAt - startedAt,
    finished: finishedAt - startedAt,
    answered: answeredAt === undefined ? undefined : answeredAt - startedAt,
  };
}

function rowsOf(times: ReadonlyMap<string, Times>): Row[] {
  const plain = times.get("plain ssh");
  if (plain === undefined) throw new Error("plain ssh was not measured.");
  const reference = { changed: median(plain.changed), finished: median(plain.finished) };
  return [...times].flatMap(([subject, { changed, finished, answered }]) => {
    const isSlipway = subject.startsWith("Slipway");
    const row = (measure: string, samples: readonly number[], to: number): Row => {
      const ratio = median(samples) / to;
      const goal = { text: `ratio ≤ ${GOAL_RATIO}`, met: ratio <= GOAL_RATIO };
      const named = { subject, measure, unit: "ms" } as const;
      return rowOf(named, samples, { ratio, ...(subject === "Slipway" && { goal }) });
    };
    return [
      ...(answered.length === 0 ? [] : [rowOf({ subject, measure: "first answer", unit: "ms" }, answered)]),
      row("host changed", changed, reference.changed),
      row(isSlipway ? "final message" : "process ended", finished, reference.finished),
    ];
  });
}

function notes(world: World, absent: readonly string[]): string[] {
  const steps = world.stepsFor(world.commits[0]).map(({ id }) => id.replace(/:.*/, ""));
  return [
    `The steps are the ${steps.length} commands of Slipway's own plan: ${steps.join(", ")}; the restart touches a file.`,
    "Slipway's time starts when the person sends /deploy: it holds Discord, GitHub (ref to SHA), Redis and the record.",
    "plain ssh is one cold OpenSSH client that runs all commands at once. Capistrano and Ansible run them one by one.",
    "Slipway keeps its connection for 5 minutes; “connection closed before” is the deployment after a longer pause.",
    ...absent.map(
      (name) =>
        `${name} is not installed here, so it was not measured (apt-get install ${name.toLowerCase()}).`,
    ),
  ];
}
