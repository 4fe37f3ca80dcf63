import { type Redis, ReplyError } from "ioredis";
import { z } from "zod";
import { Changes } from "../changes/changes.js";
import { OUTBOX } from "../changes/outbox.js";
import type { AuditEntry, AuditTrail } from "./audit-trail.js";
import { CHAIN_START, type ChainLink, type ChainVerdict, ChainWalk } from "./chain.js";
import { exportHeader } from "./export-format.js";
import { KeptEntry } from "./kept-entry.js";
import { ENTRIES, HEAD, indexKey, Place } from "./keys.js";
import { Sealer } from "./sealer.js";

export type { KeptEntry } from "./kept-entry.js";

export interface AuditQuery {
  readonly project?: string;
  readonly environment?: string;
  readonly count: number;
  /** Only entries older than the one with this sequence. */
  readonly before?: number;
  /** With the end of each step. @defaultValue false */
  readonly steps?: boolean;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly KeptEntry[];
  /** How many there are of what the query names, with steps. */
  readonly total: number;
  /** How many of those asked for this version cannot read: changed by somebody, or written by a later version. */
  readonly unreadable: number;
  /** The next page is what came before the entry with this sequence; absent on the last page. */
  readonly olderThan?: number;
  /** So many wait for their place in the chain: Redis takes no writes now. */
  readonly waiting: number;
}

export interface ExportOptions {
  /** Leaves out the oldest entries where more would come. @defaultValue everything */
  readonly maxBytes?: number;
}

const BATCH = 500;
const PAGE_BATCH = 100;
/** So many entries are looked at for one page: steps that are left out are most of a log. */
const MAX_SCANNED = 5_000;

/** No transaction: a Redis that is full refuses those, also where they only read. */
const READ_ENDS = `
local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local head = redis.call('HMGET', KEYS[1], 'sequence', 'hash')
return {head[1] or '', head[2] or '', last and last[1] or '0'}`;

const Ends = z.tuple([z.string(), z.string(), z.string()]);

/**
 * The audit trail in Redis: append-only, each entry bound to the one before it by its hash. It is never trimmed. An entry
 * waits in the outbox, where its change has put it, until it is sealed into the chain.
 * Keys: `slipway:audit:entries` (a stream, ids `SEQUENCE-0`), `slipway:audit:head` (the last entry's sequence and
 * hash), `slipway:audit:of:…` (sequences by project and environment, which only {@link AuditLog.page} reads),
 * `slipway:audit:outbox` (what waits).
 */
export class AuditLog implements AuditTrail {
  readonly #redis: Redis;
  readonly #changes: Changes;
  readonly #sealer: Sealer;

  /** @param now milliseconds since the epoch */
  constructor(redis: Redis, now: () => number = Date.now) {
    this.#redis = redis;
    this.#changes = new Changes(redis, now);
    this.#changes.onEntry(() => this.sealSoon());
    this.#sealer = new Sealer(redis);
  }

  /**
   * Entries of one process are kept in the order in which they came. The time is that of the call.
   * @throws ZodError for an entry that JSON cannot say, and what {@link Changes.apply} throws
   */
  async append(entry: AuditEntry): Promise<void> {
    await this.#changes.apply({ script: "return commit('')", keys: [], args: [], entry });
  }

  /** Takes what waits into the chain. @throws AuditContentionError, and what Redis throws */
  seal(): Promise<void> {
    return this.#sealer.seal();
  }

  /** What cannot be sealed now waits for the next time, which comes within seconds. */
  sealSoon(): void {
    this.seal().catch(() => undefined);
  }

  /** The newest entries of a project, an environment, both, or of everything; before one of them where it is named. */
  async page(query: AuditQuery): Promise<AuditPage> {
    await this.#sealWhatCanBe();
    const index = indexKey(query);
    const waiting = await this.#redis.llen(OUTBOX);
    const total =
      index === undefined ? (await this.#readEnds()).head.sequence : await this.#redis.llen(index);
    return { ...(await this.#collect(query)), total, waiting };
  }

  async #collect({ count, steps = false, ...query }: AuditQuery) {
    const entries: KeptEntry[] = [];
    let unreadable = 0;
    let scanned = 0;
    let last = 0;
    for await (const [sequence, text] of this.#newestFirst(query)) {
      const entry = readEntry(text);
      const isWanted = steps || entry?.action !== "step";
      const isFull = entries.length + unreadable === count && isWanted;
      if (isFull || ++scanned > MAX_SCANNED) return { entries, unreadable, olderThan: last };
      last = sequence;
      if (entry === undefined) unreadable++;
      else if (isWanted) entries.push(entry);
    }
    return { entries, unreadable };
  }

  /**
   * JSON Lines, each with its line break: the format and the ends of the chain first, then each entry exactly as
   * it is kept, the oldest first. What is appended meanwhile is not in it.
   */
  async *export({ maxBytes }: ExportOptions = {}): AsyncGenerator<string> {
    await this.#sealWhatCanBe();
    const { head } = await this.#readEnds();
    const first = maxBytes === undefined ? 1 : await this.#firstThatFits(head, maxBytes);
    const follows = first === 1 ? CHAIN_START : await this.#linkOf(first - 1);
    yield `${exportHeader(follows, head)}\n`;
    for await (const text of this.#range(follows.sequence, head.sequence)) yield `${text}\n`;
  }

  /** A Redis that is full or read-only can still be read. */
  async #sealWhatCanBe(): Promise<void> {
    try {
      await this.seal();
    } catch (error) {
      if (!(error instanceof ReplyError)) throw error;
    }
  }

  /** Walks along the whole chain, up to the entry that is the last one now. */
  async verify(): Promise<ChainVerdict> {
    await this.#sealWhatCanBe();
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
    const [sequence, hash, newest] = Ends.parse(await this.#redis.eval(READ_ENDS, 2, HEAD, ENTRIES));
    return {
      head: (hash === "" ? undefined : Place.safeParse({ sequence, hash }).data) ?? CHAIN_START,
      lastSequence: Number.parseInt(newest, 10),
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

  #newestFirst(query: Omit<AuditQuery, "count">): AsyncGenerator<readonly [sequence: number, text: string]> {
    const index = indexKey(query);
    return index === undefined ? this.#newest(query.before) : this.#newestOf(index, query.before);
  }

  async *#newest(before: number | undefined): AsyncGenerator<readonly [sequence: number, text: string]> {
    let end = before === undefined ? "+" : `(${before}-0`;
    for (;;) {
      const batch = await this.#redis.xrevrange(ENTRIES, end, "-", "COUNT", PAGE_BATCH);
      for (const [id, fields] of batch) {
        yield [Number.parseInt(id, 10), textOf(fields)];
        end = `(${id}`;
      }
      if (batch.length < PAGE_BATCH) return;
    }
  }

  async *#newestOf(
    index: string,
    limit = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<readonly [sequence: number, text: string]> {
    // What is appended meanwhile moves the places: no entry comes twice.
    let before = limit;
    for (let end = -1; ; end -= PAGE_BATCH) {
      const batch = await this.#redis.lrange(index, end - PAGE_BATCH + 1, end);
      const sequences = batch.map(Number).filter((sequence) => sequence < before);
      const found = await Promise.all(
        sequences.map((sequence) => this.#redis.xrange(ENTRIES, `${sequence}-0`, `${sequence}-0`)),
      );
      for (const [at, [entry]] of [...found.entries()].reverse()) {
        yield [sequences[at] ?? 0, textOf(entry?.[1] ?? [])];
      }
      before = sequences[0] ?? before;
      if (batch.length < PAGE_BATCH) return;
    }
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
