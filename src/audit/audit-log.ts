import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { AuditEntry, AuditTrail } from "./audit-trail.js";
import { CHAIN_START, type ChainLink, type ChainVerdict, ChainWalk, seal } from "./chain.js";
import { exportHeader } from "./export-format.js";
import { KeptEntry, NewEntry } from "./kept-entry.js";

export type { KeptEntry } from "./kept-entry.js";

export interface AuditQuery {
  readonly project?: string;
  readonly environment?: string;
  readonly count: number;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly KeptEntry[];
  /** How many the query would find without its count. */
  readonly total: number;
  /** How many of those asked for this version cannot read: changed by somebody, or written by a later version. */
  readonly unreadable: number;
}

export interface ExportOptions {
  /** Leaves out the oldest entries where more would come. @defaultValue everything */
  readonly maxBytes?: number;
}

/** Other writers were faster more often than any number of them could be. */
export class AuditContentionError extends Error {
  readonly attempts: number;

  constructor(attempts: number) {
    super(`The audit log took no entry in ${attempts} attempts.`);
    this.name = "AuditContentionError";
    this.attempts = attempts;
  }
}

const HEAD = "slipway:audit:head";
const ENTRIES = "slipway:audit:entries";
const ONCE = "slipway:audit:once:";
/** Far longer than any job is delivered again. */
const ONCE_SECONDS = 7 * 24 * 3600;
const FIELD = "entry";
/** Each lost attempt is another writer's entry, so this bounds only a fault. */
const MAX_ATTEMPTS = 1_000;
const BATCH = 500;
/** A reason, a ref or a message that somebody made endless must not fill the memory. In UTF-16 units. */
const DETAIL_LENGTH = 500;

/**
 * Appends the entry if the head is still the one that it follows. The connection sends a command again when its
 * answer was lost: an entry that stands there already is therefore taken as appended. XADD comes first: it
 * refuses ids that are not the greatest, and nothing else must have happened then.
 */
const APPEND = `
local sequence = redis.call('HGET', KEYS[1], 'sequence') or ARGV[5]
local hash = redis.call('HGET', KEYS[1], 'hash') or ARGV[6]
local id = ARGV[3] .. '-0'
if sequence ~= ARGV[1] or hash ~= ARGV[2] then
  local there = redis.call('XRANGE', KEYS[2], id, id)[1]
  if there and there[2][2] == ARGV[8] then return {} end
  return {sequence, hash}
end
if ARGV[9] ~= '' and not redis.call('SET', KEYS[3], ARGV[3], 'NX', 'EX', ARGV[9]) then return {1} end
redis.call('XADD', KEYS[2], id, ARGV[7], ARGV[8])
redis.call('HSET', KEYS[1], 'sequence', ARGV[3], 'hash', ARGV[4])
for index = 4, #KEYS do redis.call('RPUSH', KEYS[index], ARGV[3]) end
return {}`;

const Place = z.object({ sequence: z.coerce.number().int(), hash: z.string() });
const Appended = z.union([
  z.tuple([]),
  z.tuple([z.literal(1)]),
  z.tuple([Place.shape.sequence, Place.shape.hash]),
]);
const StreamEntries = z.array(z.tuple([z.string(), z.array(z.string())]));

/**
 * The audit trail in Redis: append-only, each entry bound to the one before it by its hash. It is never trimmed.
 * Keys: `slipway:audit:entries` (a stream, ids `SEQUENCE-0`), `slipway:audit:head` (the last entry's sequence and
 * hash), `slipway:audit:of:…` (sequences by project and environment, which only {@link AuditLog.page} reads),
 * `slipway:audit:once:…` (what happens once, kept for a week).
 */
export class AuditLog implements AuditTrail {
  readonly #redis: Redis;
  readonly #now: () => number;
  /** As far as this process knows; the script tells when others went on. */
  #head: ChainLink = CHAIN_START;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param now milliseconds since the epoch */
  constructor(redis: Redis, now: () => number = Date.now) {
    this.#redis = redis;
    this.#now = now;
  }

  /**
   * Entries of one process are kept in the order in which they came. The time is that of the call.
   * @throws ZodError for an entry that JSON cannot say, AuditContentionError, and what Redis throws
   */
  async append(entry: AuditEntry, once?: string): Promise<void> {
    const content = {
      ...withShortDetails(NewEntry.parse(entry)),
      id: randomBytes(16).toString("hex"),
      at: this.#now(),
    };
    const appended = this.#turn.then(() => this.#append(content, once));
    this.#turn = appended.catch(() => undefined);
    return appended;
  }

  async #append(content: AuditEntry & Pick<KeptEntry, "id" | "at">, once?: string): Promise<void> {
    const keys = [HEAD, ENTRIES, `${ONCE}${once ?? ""}`, ...indexKeys(content)];
    const memory = once === undefined ? "" : ONCE_SECONDS;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const last = this.#head;
      const { link, text } = seal(last, content);
      const places = [last, link, CHAIN_START].flatMap(({ sequence, hash }) => [sequence, hash]);
      const answer = await this.#redis.eval(APPEND, keys.length, ...keys, ...places, FIELD, text, memory);
      const appended = Appended.parse(answer);
      if (appended.length === 0) {
        this.#head = link;
        return;
      }
      if (appended.length === 1) return;
      const [sequence, hash] = appended;
      this.#head = { sequence, hash };
    }
    throw new AuditContentionError(MAX_ATTEMPTS);
  }

  /** The newest entries of a project, an environment, both, or of everything. */
  async page(query: AuditQuery): Promise<AuditPage> {
    const index = indexKey(query);
    const [texts, total] =
      index === undefined
        ? [await this.#newest(query.count), (await this.#readEnds()).head.sequence]
        : [await this.#newestOf(index, query.count), await this.#redis.llen(index)];
    const entries = texts.flatMap((text) => readEntry(text) ?? []);
    return { entries, total, unreadable: texts.length - entries.length };
  }

  /**
   * JSON Lines, each with its line break: the format and the ends of the chain first, then each entry exactly as
   * it is kept, the oldest first. What is appended meanwhile is not in it.
   */
  async *export({ maxBytes }: ExportOptions = {}): AsyncGenerator<string> {
    const { head } = await this.#readEnds();
    const first = maxBytes === undefined ? 1 : await this.#firstThatFits(head, maxBytes);
    const follows = first === 1 ? CHAIN_START : await this.#linkOf(first - 1);
    yield `${exportHeader(follows, head)}\n`;
    for await (const text of this.#range(follows.sequence, head.sequence)) yield `${text}\n`;
  }

  /** Walks along the whole chain, up to the entry that is the last one now. */
  async verify(): Promise<ChainVerdict> {
    const { head, lastSequence } = await this.#readEnds();
    const walk = new ChainWalk();
    for await (const text of this.#range(0, head.sequence)) {
      const broken = walk.take(text);
      if (broken !== undefined) return broken;
    }
    const verdict = walk.finish(head);
    if (verdict.kind === "intact" && lastSequence > head.sequence) {
      return { kind: "broken", sequence: head.sequence + 1, reason: "uncounted" };
    }
    return verdict;
  }

  /** The head and the greatest sequence in the stream, of one moment. */
  async #readEnds(): Promise<{ head: ChainLink; lastSequence: number }> {
    const answers = await this.#redis.multi().hgetall(HEAD).xrevrange(ENTRIES, "+", "-", "COUNT", 1).exec();
    const [head, newest] = (answers ?? []).map(([error, answer]) => {
      if (error) throw error;
      return answer;
    });
    const [last] = StreamEntries.parse(newest);
    return {
      head: Place.safeParse(head).data ?? CHAIN_START,
      lastSequence: last === undefined ? 0 : Number.parseInt(last[0], 10),
    };
  }

  /** Entries after one sequence up to another, in batches, the oldest first. */
  async *#range(after: number, until: number): AsyncGenerator<string> {
    let cursor = `${after}-0`;
    while (after < until) {
      const batch = await this.#redis.xrange(ENTRIES, `(${cursor}`, until, "COUNT", BATCH);
      for (const [id, fields] of batch) {
        cursor = id;
        yield textOf(fields);
      }
      if (batch.length < BATCH) return;
    }
  }

  async #firstThatFits(head: ChainLink, maxBytes: number): Promise<number> {
    let left = maxBytes - Buffer.byteLength(exportHeader(head, head)) - 1;
    let end = String(head.sequence);
    let first = head.sequence + 1;
    for (;;) {
      const batch = await this.#redis.xrevrange(ENTRIES, end, "-", "COUNT", BATCH);
      for (const [id, fields] of batch) {
        left -= Buffer.byteLength(textOf(fields)) + 1;
        if (left < 0) return first;
        first = Number.parseInt(id, 10);
        end = `(${id}`;
      }
      if (batch.length < BATCH) return first;
    }
  }

  async #linkOf(sequence: number): Promise<ChainLink> {
    const [found] = await this.#redis.xrange(ENTRIES, sequence, sequence);
    const entry = found && readEntry(textOf(found[1]));
    return { sequence, hash: entry?.hash ?? CHAIN_START.hash };
  }

  async #newest(count: number): Promise<readonly string[]> {
    const found = await this.#redis.xrevrange(ENTRIES, "+", "-", "COUNT", count);
    return found.map(([, fields]) => textOf(fields));
  }

  async #newestOf(index: string, count: number): Promise<readonly string[]> {
    const sequences = await this.#redis.lrange(index, -count, -1);
    const found = await Promise.all(
      sequences.reverse().map((sequence) => this.#redis.xrange(ENTRIES, `${sequence}-0`, `${sequence}-0`)),
    );
    return found.map(([entry]) => textOf(entry?.[1] ?? []));
  }
}

function textOf(fields: readonly string[]): string {
  return fields[1] ?? "";
}

function readEntry(text: string): KeptEntry | undefined {
  try {
    return KeptEntry.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function withShortDetails(entry: AuditEntry): AuditEntry {
  if (entry.details === undefined) return entry;
  const short = Object.entries(entry.details).map(([name, value]) => [
    name,
    typeof value === "string" && value.length > DETAIL_LENGTH
      ? `${value.slice(0, DETAIL_LENGTH - 1)}…`
      : value,
  ]);
  return { ...entry, details: Object.fromEntries(short) };
}

function indexKeys({ target }: AuditEntry): readonly string[] {
  if (target === undefined) return [];
  const { project, environment } = target;
  return [{ project }, { environment }, { project, environment }].flatMap((scope) => indexKey(scope) ?? []);
}

/** Names hold neither slashes nor asterisks. */
function indexKey({ project, environment }: Pick<AuditQuery, "project" | "environment">): string | undefined {
  if (project === undefined && environment === undefined) return undefined;
  return `slipway:audit:of:${project ?? "*"}/${environment ?? "*"}`;
}
