import type { Redis } from "ioredis";
import { z } from "zod";
import { SET_ASIDE } from "../set-aside.js";
import type { Target } from "./record.js";
import {
  beginStep,
  type CheckoutReading,
  endStep,
  HostEntry,
  type Order,
  type RunningStep,
  readBeside,
  readHost,
  type StepEnd,
  undoBegin,
  unknownEntry,
} from "./running.js";

/** What is stored of one host. */
export type StoredHost =
  | { readonly kind: "known"; readonly entry: HostEntry }
  /** It is there, and this version cannot read it. */
  | { readonly kind: "unreadable" };

/** All that Redis knows of what runs, for one environment. */
export interface StoredRunning extends Target {
  readonly hosts: ReadonlyMap<string, StoredHost>;
}

/** HEAD as it was read on a host, and what was stored when the reading began. */
export interface ReadingBeside {
  readonly reading: CheckoutReading;
  readonly before: StoredHost | undefined;
  readonly at: number;
}

/** Others kept changing the entry. */
export class BusyHostError extends Error {
  constructor({ project, environment }: Target, host: string) {
    super(`What runs on ${host} of ${project}/${environment} is changed by too many at once.`);
    this.name = "BusyHostError";
  }
}

/**
 * Sets a field that is as it was read. A key that holds something else is set aside, so that nobody has to edit Redis.
 * ARGV: field, text that was read ('' for none), new text.
 */
const SWAP = `${SET_ASIDE}
set_aside_unless(KEYS[1], 'hash')
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

/** Answers nothing for a key that is no hash. */
const READ = `
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return {} end
return redis.call('HGETALL', KEYS[1])`;

const READ_ONE = `
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then return false end
return redis.call('HGET', KEYS[1], ARGV[1])`;

const Fields = z.array(z.string());

const KEY = "slipway:running:";
/** Each lost attempt is somebody else's progress, so this bounds only a fault. */
const MAX_ATTEMPTS = 200;

/**
 * What runs on each host, in Redis: `slipway:running:P/E`, a hash of host to entry. Every change is a compare-and-set
 * on the entry's text, and repeated it changes nothing. What cannot be read counts as unknown, for its host alone.
 */
export class RunningStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async read(target: Target): Promise<ReadonlyMap<string, StoredHost>> {
    const answer = Fields.parse(await this.#redis.eval(READ, 1, keyOf(target)));
    const hosts = new Map<string, StoredHost>();
    for (let index = 0; index < answer.length; index += 2)
      hosts.set(answer[index] ?? "", decode(answer[index + 1] ?? ""));
    return hosts;
  }

  /** A step with an effect is about to begin: comes before the record's own change. */
  async begin(target: Target, host: string, step: RunningStep): Promise<void> {
    await this.#change(target, host, (stored) => beginStep(entryOf(stored, step.at), step));
  }

  /** A step with an effect has ended: comes before the record's own change. */
  async end(target: Target, host: string, step: RunningStep, end: StepEnd): Promise<void> {
    await this.#change(target, host, (stored) => endStep(entryOf(stored, step.at), step, end));
  }

  /** A worker died before its record said that the step begins, and nobody went on with the step: it never ran. */
  async neverBegan(target: Target, host: string, run: string, order: Order): Promise<void> {
    await this.#change(target, host, (stored) =>
      stored?.kind === "known" ? undoBegin(stored.entry, run, order) : undefined,
    );
  }

  /**
   * HEAD was read on the host by a deployment's own step. A deployment that was overtaken changes nothing.
   * @param fence of the deployment
   */
  async noteOwnReading(
    target: Target,
    host: string,
    {
      reading,
      fence,
      at,
    }: { readonly reading: CheckoutReading; readonly fence: number; readonly at: number },
  ): Promise<void> {
    await this.#change(target, host, (stored) => {
      if (stored?.kind === "unreadable") return undefined;
      if (stored !== undefined && stored.entry.order.fence > fence) return undefined;
      return readHost(stored?.entry, reading, at);
    });
  }

  /**
   * HEAD was read on the host beside whatever goes on there.
   * @param before what was stored when the reading began: a host that was changed meanwhile is left alone
   */
  async noteReading(
    target: Target,
    host: string,
    { reading, before, at }: ReadingBeside,
  ): Promise<StoredHost | undefined> {
    return this.#change(target, host, (stored) => {
      if (stored?.kind === "unreadable" || !isSame(stored, before)) return undefined;
      return readBeside(stored?.entry, reading, at);
    });
  }

  /** Stores an entry where there is none. */
  async derive(target: Target, host: string, entry: HostEntry): Promise<void> {
    await this.#change(target, host, (stored) => (stored === undefined ? entry : undefined));
  }

  /**
   * Changes the entry of a host, again when somebody else was faster.
   * @param decide answers undefined where nothing changes
   * @returns what is stored now
   * @throws BusyHostError
   */
  async #change(
    target: Target,
    host: string,
    decide: (stored: StoredHost | undefined) => HostEntry | undefined,
  ): Promise<StoredHost | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const text = await this.#text(target, host);
      const stored = text === undefined ? undefined : decode(text);
      const entry = decide(stored);
      if (entry === undefined || (stored?.kind === "known" && entry === stored.entry)) return stored;
      const swapped = await this.#redis.eval(SWAP, 1, keyOf(target), host, text ?? "", JSON.stringify(entry));
      if (swapped === 1) return { kind: "known", entry };
    }
    throw new BusyHostError(target, host);
  }

  async #text(target: Target, host: string): Promise<string | undefined> {
    const text = await this.#redis.eval(READ_ONE, 1, keyOf(target), host);
    return typeof text === "string" ? text : undefined;
  }
}

/** Every entry of a Redis, for those who compare it with what the hosts really have. */
export async function readAllRunning(redis: Redis): Promise<readonly StoredRunning[]> {
  const store = new RunningStore(redis);
  const keys: string[] = [];
  for await (const found of redis.scanStream({ match: `${KEY}*`, count: 500 }))
    keys.push(...(found as string[]));
  const targets = [...new Set(keys)].sort().flatMap((key) => targetOf(key) ?? []);
  return Promise.all(targets.map(async (target) => ({ ...target, hosts: await store.read(target) })));
}

function entryOf(stored: StoredHost | undefined, at: number): HostEntry {
  return stored?.kind === "known" ? stored.entry : unknownEntry(at);
}

function isSame(a: StoredHost | undefined, b: StoredHost | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function decode(text: string): StoredHost {
  try {
    const entry = HostEntry.safeParse(JSON.parse(text));
    return entry.success ? { kind: "known", entry: entry.data } : { kind: "unreadable" };
  } catch {
    return { kind: "unreadable" };
  }
}

function keyOf({ project, environment }: Target): string {
  return `${KEY}${project}/${environment}`;
}

/** Names have neither slash nor colon. */
function targetOf(key: string): Target | undefined {
  const [project, environment, ...rest] = key.slice(KEY.length).split("/");
  if (!project || !environment || rest.length > 0 || environment.includes(":")) return undefined;
  return { project, environment };
}
