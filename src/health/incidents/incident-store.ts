import type { Redis } from "ioredis";
import type { AuditEntry } from "../../audit/audit-trail.js";
import { Changes, changeId } from "../../changes/changes.js";
import { unlessWrongType } from "../../wrong-type.js";
import type { Board } from "./board.js";
import { boardOf, changesBetween, fromJson, INCIDENT_FIELD } from "./board-fields.js";
import type { Decision } from "./decide.js";
import { Effect } from "./effect.js";
import { Incident } from "./incident.js";

/** An effect that nobody has confirmed to be done. */
export interface PendingEffect {
  /** Unique, and growing in the order in which effects were decided. */
  readonly order: number;
  readonly effect: Effect;
}

/** Others kept changing the board. */
export class BusyBoardError extends Error {
  constructor() {
    super("The state of health is changed by too many at once.");
    this.name = "BusyBoardError";
  }
}

const BOARD_KEY = "slipway:incident:board";
const OUTBOX_KEY = "slipway:incident:outbox";
const CLOSED_KEY = "slipway:incident:closed";
/** The twelve months of `/stats`, and the one that has begun. */
const KEPT_SECONDS = 400 * 24 * 3600;
const KEPT_CLOSED = 10_000;
/** Far more than ever wait: reached only when nobody does anything for days. Then the oldest go. */
const KEPT_EFFECTS = 10_000;
/** More effects than one decision can have. */
const EFFECTS_PER_VERSION = 100_000;
/** Each lost attempt is somebody else's progress, so this bounds only a fault. */
const MAX_ATTEMPTS = 200;

/**
 * Everything that a decision changes, at once or not at all. KEYS: board, outbox, index of what is closed, and a key
 * for each closed incident. ARGV: the expected version, the counts of fields to set and to remove, of effects and of
 * closed incidents, three limits, and then those, one after another.
 */
const SAVE = `
if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
commit(1)
redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1)
local at = 9
for _ = 1, ARGV[2] do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) at = at + 2 end
for _ = 1, ARGV[3] do redis.call('HDEL', KEYS[1], ARGV[at]) at = at + 1 end
for _ = 1, ARGV[4] do redis.call('ZADD', KEYS[2], ARGV[at], ARGV[at + 1]) at = at + 2 end
for index = 1, ARGV[5] do
  local id, closed_at, incident = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  redis.call('SET', KEYS[3 + index], incident, 'EX', ARGV[6])
  redis.call('ZADD', KEYS[3], closed_at, id)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', closed_at - ARGV[6] * 1000)
  at = at + 3
end
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[7])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[8])
return 1`;

interface Known {
  readonly version: number;
  readonly board: Board;
  /** Fields that this version cannot read. They go with the next change: nobody could end such an incident. */
  readonly unreadable: readonly string[];
}

/**
 * The board, what is still to be done about it, and the incidents that ended, in Redis. A decision and its effects are
 * saved together, by compare-and-set on the board's version.
 * Keys: `slipway:incident:board` (a hash), `:outbox` (effects by order), `:closed` (ids by time) and `:closed:ID`,
 * both kept for 400 days, 10,000 at most.
 */
export class IncidentStore {
  readonly #redis: Redis;
  readonly #changes: Changes;
  #known: Known | undefined;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#redis = redis;
    this.#changes = changes;
  }

  async board(): Promise<Board> {
    return (await this.#read()).board;
  }

  /**
   * Decides on the newest board, again when another writer was faster.
   * @param entryOf what is written down with the decision, if anything is
   * @throws BusyBoardError
   */
  async update(
    decide: (board: Board) => Decision,
    entryOf: (decision: Decision) => AuditEntry | undefined = () => undefined,
  ): Promise<Decision> {
    const change = changeId();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      // What was known last is the newest as a rule; the compare-and-set tells when it is not.
      const known = (attempt === 0 ? this.#known : undefined) ?? (await this.#read());
      const decision = decide(known.board);
      if (await this.#save(known, decision, { change, entry: entryOf(decision) })) return decision;
    }
    throw new BusyBoardError();
  }

  /** What is to be done, oldest first. What this version cannot read is dropped. */
  async pending(count = 1_000): Promise<readonly PendingEffect[]> {
    const stored = await unlessWrongType(
      this.#redis.zrange(OUTBOX_KEY, 0, String(count - 1), "WITHSCORES"),
      [],
    );
    const found: PendingEffect[] = [];
    for (let index = 0; index < stored.length; index += 2) {
      const order = Number(stored[index + 1]);
      const effect = decodeEffect(stored[index] ?? "");
      if (effect === undefined) await this.done(order);
      else found.push({ order, effect });
    }
    return found;
  }

  /** @param order of an effect that was done */
  async done(order: number): Promise<void> {
    await this.#redis.zremrangebyscore(OUTBOX_KEY, String(order), String(order));
  }

  /** An open incident, or one that ended within the last 400 days. */
  async find(id: string): Promise<Incident | undefined> {
    const open = await unlessWrongType(this.#redis.hget(BOARD_KEY, `${INCIDENT_FIELD}${id}`), null);
    return decodeIncident(open ?? (await unlessWrongType(this.#redis.get(closedKey(id)), null)));
  }

  /** The incidents that ended in a span of time, the newest first. Milliseconds since the epoch, both included. */
  async closed(from: number, to: number, count = 1_000): Promise<readonly Incident[]> {
    const range = [String(to), String(from), "BYSCORE", "REV", "LIMIT", 0, count] as const;
    const ids = await unlessWrongType(this.#redis.zrange(CLOSED_KEY, ...range), []);
    if (ids.length === 0) return [];
    const stored = await this.#redis.mget(...ids.map(closedKey));
    return stored.flatMap((text) => decodeIncident(text) ?? []);
  }

  async #read(): Promise<Known> {
    const stored: Readonly<Record<string, string>> = await unlessWrongType(
      this.#redis.hgetall(BOARD_KEY),
      {},
    );
    const { version, ...fields } = stored;
    const known = { version: Number(version ?? 0), ...boardOf(fields) };
    this.#known = known;
    return known;
  }

  async #save(
    known: Known,
    { board, effects, closed }: Decision,
    { change, entry }: { readonly change: string; readonly entry: AuditEntry | undefined },
  ): Promise<boolean> {
    const nothing =
      board === known.board && effects.length === 0 && closed.length === 0 && entry === undefined;
    if (nothing) return this.#isNewest(known);
    const { set, remove } = changesBetween(known, board);
    const order = known.version * EFFECTS_PER_VERSION;
    const saved = await this.#changes.apply({
      script: SAVE,
      keys: [BOARD_KEY, OUTBOX_KEY, CLOSED_KEY, ...closed.map(({ id }) => closedKey(id))],
      args: [
        ...[known.version, set.length, remove.length, effects.length, closed.length],
        ...[KEPT_SECONDS, KEPT_CLOSED, KEPT_EFFECTS],
        ...set.flat(),
        ...remove,
        ...effects.flatMap((effect, index) => [order + index, encodeEffect(effect, order + index)]),
        ...closed.flatMap((incident) => [incident.id, incident.closedAt ?? 0, JSON.stringify(incident)]),
      ],
      entry,
      id: change,
    });
    this.#known = saved === "1" ? { version: known.version + 1, board, unreadable: [] } : undefined;
    return saved === "1";
  }

  /** That nothing is to be done must be true of the newest board, too. */
  async #isNewest({ version }: Known): Promise<boolean> {
    const newest = Number((await this.#redis.hget(BOARD_KEY, "version")) ?? 0) === version;
    if (!newest) this.#known = undefined;
    return newest;
  }
}

/** With its order: members of a sorted set must differ. */
function encodeEffect(effect: Effect, order: number): string {
  return JSON.stringify({ order, effect });
}

function decodeEffect(stored: string): Effect | undefined {
  const value = fromJson(stored);
  const effect = typeof value === "object" && value !== null && "effect" in value ? value.effect : undefined;
  return Effect.safeParse(effect).data;
}

function decodeIncident(stored: string | null): Incident | undefined {
  return stored === null ? undefined : Incident.safeParse(fromJson(stored)).data;
}

function closedKey(id: string): string {
  return `${CLOSED_KEY}:${id}`;
}
