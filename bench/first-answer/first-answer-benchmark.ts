import { fileURLToPath } from "node:url";
import { startDiscord } from "../../sandbox/discord/start-discord.js";
import type { Channel, DiscordStandIn, Person } from "../../sandbox/discord/types.js";
import { type Sandbox, startSandbox } from "../../sandbox/start-sandbox.js";
import { spawnNode } from "../processes/node-process.js";
import { type Benchmark, type BenchOptions, type Row, rowOf } from "../report/section.js";
import { median, quantile } from "../report/statistics.js";

const PEOPLE = 100;
const START_LIMIT_MS = 20_000;
const GOAL_P99_MS = 25;
/** Rounds that warm the processes up and do not count. */
const WARM_UP = 10;

/** A bot and the guild that its people type in. */
interface Scene {
  readonly name: string;
  readonly discord: DiscordStandIn;
  readonly channel: Channel;
  readonly people: readonly Person[];
  close(): Promise<void>;
}

/** (b) The first answer when 100 people type `/status` at the same moment. */
export const firstAnswerBenchmark: Benchmark = {
  id: "b",
  title: `the first answer to ${PEOPLE} people who type /status at once`,
  defaultRuns: 30,

  async measure(options) {
    const scenes: Scene[] = [];
    try {
      const sandbox = await startSandbox({ discord: { rateLimits: false } });
      const slipway = sceneOf("Slipway", sandbox.discord, () => sandbox.close());
      scenes.push(slipway);
      const reply = await replyOf(sandbox, slipway);
      scenes.push(await startFloor("discord.js alone", "floor-bot.js", reply));
      scenes.push(await startFloor("no library", "raw-bot.js", reply));
      return { rows: rowsOf(await measureInTurn(scenes, options)), notes: NOTES };
    } finally {
      for (const scene of scenes) await scene.close();
    }
  },
};

function sceneOf(name: string, discord: DiscordStandIn, close: () => Promise<void>): Scene {
  const people = Array.from({ length: PEOPLE }, (_, index) => discord.addPerson({ name: `Person ${index}` }));
  return { name, discord, channel: discord.addChannel("status"), people, close };
}

/** The floor answers with Slipway's own words, so that both send and check the same. */
async function replyOf({ discord }: Sandbox, { channel, people }: Scene): Promise<string> {
  const [person] = people;
  const { message } = await discord.runCommand(person?.id ?? "", channel.id, "status");
  if (message === undefined) throw new Error("Slipway did not answer /status.");
  return JSON.stringify({ content: message.content, embeds: message.embeds, flags: message.flags });
}

async function startFloor(name: string, program: string, reply: string): Promise<Scene> {
  const discord = await startDiscord({ rateLimits: false });
  const bot = spawnNode({
    args: [fileURLToPath(new URL(program, import.meta.url))],
    env: {
      DISCORD_API_URL: discord.apiUrl,
      DISCORD_TOKEN: discord.botToken,
      DISCORD_GUILD: discord.guildId,
      REPLY: reply,
    },
  });
  const close = async (): Promise<void> => {
    await bot.stop();
    await discord.close();
  };
  try {
    await bot.waitForLine("ready", START_LIMIT_MS);
    return sceneOf(name, discord, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** p50 and p99 of every round, in milliseconds. */
interface Rounds {
  readonly p50: number[];
  readonly p99: number[];
  /** The very first round, with nothing compiled and no connection open. */
  readonly first: { readonly p50: number; readonly p99: number };
}

async function measureInTurn(
  scenes: readonly Scene[],
  { runs, progress }: BenchOptions,
): Promise<ReadonlyMap<string, Rounds>> {
  const rounds = new Map<string, Rounds>();
  for (const scene of scenes) {
    rounds.set(scene.name, { p50: [], p99: [], first: quantiles(await askAtOnce(scene)) });
  }
  for (let run = -WARM_UP; run < runs; run++) {
    for (const scene of scenes) {
      const { p50, p99 } = quantiles(await askAtOnce(scene));
      if (run < 0) continue;
      rounds.get(scene.name)?.p50.push(p50);
      rounds.get(scene.name)?.p99.push(p99);
    }
    if (run === 0) progress("warmed up");
  }
  return rounds;
}

function quantiles(samples: readonly number[]): { readonly p50: number; readonly p99: number } {
  return { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) };
}

async function askAtOnce({ discord, channel, people, name }: Scene): Promise<number[]> {
  const answers = await Promise.all(
    people.map((person) => discord.runCommand(person.id, channel.id, "status")),
  );
  return answers.map(({ firstAnswerMs }) => {
    if (firstAnswerMs === undefined) throw new Error(`${name} left a /status without an answer.`);
    return firstAnswerMs;
  });
}

function rowsOf(rounds: ReadonlyMap<string, Rounds>): Row[] {
  const floor = rounds.get("discord.js alone");
  if (floor === undefined) throw new Error("The floor was not measured.");
  const reference = median(floor.p50);
  return [...rounds].flatMap(([subject, { p50, p99, first }]): Row[] => {
    const goal = { text: `p99 ≤ ${GOAL_P99_MS} ms`, met: median(p99) <= GOAL_P99_MS };
    const warm = rowOf({ subject, measure: "first answer", unit: "ms" }, p50, {
      ratio: median(p50) / reference,
      ...(subject === "Slipway" && { goal }),
    });
    return [
      { ...warm, p99: median(p99) },
      {
        subject,
        measure: "right after the start",
        unit: "ms",
        runs: 1,
        ...first,
        ratio: first.p50 / floor.first.p50,
      },
    ];
  });
}

const NOTES: readonly string[] = [
  "Each run is one burst: 100 interactions go out in the same moment, so the last one waits for the 99 before it.",
  "p50 and p99 are of the 100 answers of a run; shown is the median over the runs, which follow 10 that do not count.",
  "“right after the start” is the very first burst, once: nothing is compiled yet and no connection to the REST API is open.",
  "“discord.js alone” answers with a constant: the floor for a bot on that library.",
  "“no library” does so with a bare WebSocket and HTTP: what the stand-in, which shares the machine, takes itself.",
];
