import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { type Redis, ReplyError } from "ioredis";
import { z } from "zod";
import { APPEND, BEGIN, PACK, READ, TRIM } from "./log-scripts.js";

/** Discord takes attachments of 10 MiB from a bot without boosts; the rest is room for notes. */
export const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const KEPT_SECONDS = 30 * 24 * 3600;
const CUT_NOTE = "\n[Slipway: the output is longer than 8 MiB; the rest was left out.]\n";
/** Several times what a log holds: no text that Slipway packed is larger. */
const MAX_UNPACKED_BYTES = 8 * LOG_LIMIT_BYTES;

/** Who writes to a log, and the number of the call: ioredis sends a call whose answer was lost once more. */
export interface LogCall {
  /** The fence token of a worker. */
  readonly writer: number;
  /** Grows with each of the writer's calls to this log. */
  readonly seq: number;
}

/** Up to where the output of a run is in the log, so that another worker can go on from there. */
export interface LogMark {
  /** Position in the run's own log on the host, bytes. */
  readonly offset: number;
  /** How much of the text that is appended belongs to it, bytes. */
  readonly length: number;
}

/** What is to be known about a piece of text beside itself. */
export interface LogNotes {
  readonly mark?: LogMark;
  /** The part that it belongs to, should Redis have forgotten that it was begun. */
  readonly part?: string;
  /** How long the log was when this writer left it, bytes: one that is shorter has lost something. */
  readonly expected?: number;
  /** Output was left out before this text, because there was too much of it. */
  readonly cut?: boolean;
  /** Output is missing before this text. */
  readonly missing?: boolean;
  /** The text is the last one of its part. */
  readonly closes?: boolean;
}

/** Where a writer begins. */
export interface LogStart {
  /** Position in the run's own log on the host, bytes: 0 for a part that is new. */
  readonly offset: number;
  /** The last characters of what the log holds of this part already. */
  readonly text: string;
  /** Bytes of the log's text that are not packed. */
  readonly length: number;
  /** Bytes of this part that the log holds already. */
  readonly own: number;
  /** Bytes of text that were packed when the deployment ended before. */
  readonly packed: number;
  /** The part before this one has no end: its writer could not store it. */
  readonly broken: boolean;
}

/** How long the log is now, and how much of it had been lost before this piece. Bytes. */
export interface LogAppended {
  readonly length: number;
  readonly lost: number;
}

/** `cut`: long outputs are shortened. `incomplete`: output is missing. `gone`: there is no log, or none any more. */
export type LogState = "complete" | "cut" | "incomplete" | "gone";

export interface StoredLog {
  /** UTF-8. */
  readonly text: Buffer;
  /** Long outputs are shortened; the text says where. */
  readonly isCut: boolean;
  /** Output is missing; the text says where, but for the end of a part that is open. */
  readonly isIncomplete: boolean;
  /** The last part has no end, yet or for good. */
  readonly isOpen: boolean;
}

/** The memory that all logs take. */
export interface LogUsage {
  readonly bytes: number;
  readonly logs: number;
  /** How many were dropped just now. */
  readonly dropped: number;
}

/** What the script or the key is to blame for. A full, loading or read-only Redis says so in other words. */
const LASTING = /^ReplyError: (?:WRONGTYPE|ERR|user_script)/;

/** Redis will give the same answer again: a key is of another kind, or holds what the script cannot read. */
export function isLastingError(error: unknown): boolean {
  return error instanceof ReplyError && LASTING.test(String(error));
}

/**
 * The output of each deployment, redacted before it comes here; bounded, compressed once the deployment has ended, and
 * kept for 30 days. Keys: `slipway:log:ID` (text), `slipway:log:ID:packed` (gzip of the text of what has ended; comes
 * before the other) and `slipway:log:ID:mark` (who writes, which of its calls was the last, and up to where the present
 * part is certain). Once a newer writer has begun, the earlier one's text is dropped.
 */
export class LogStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * Begins a part of the log, or goes on with the part that an earlier writer left.
   * @param part names what is written: a step's run, a check, the diagnostics
   * @param tailBytes how much text is wanted back where it goes on
   * @param again goes on with this writer's own part: it is cut to what is certain
   * @returns undefined where a newer writer has begun
   */
  async begin(
    id: string,
    { writer, seq }: LogCall,
    part: string,
    tailBytes: number,
    again = false,
  ): Promise<LogStart | undefined> {
    const args = [writer, seq, part, KEPT_SECONDS, tailBytes, again ? 1 : "", id];
    const answer = await this.#redis.eval(BEGIN, KEY_COUNT, ...keysOf(id), ...args);
    return Start.nullable().parse(answer) ?? undefined;
  }

  /** @returns undefined where a newer writer has begun */
  async append(
    id: string,
    { writer, seq }: LogCall,
    text: string,
    notes: LogNotes = {},
  ): Promise<LogAppended | undefined> {
    const { mark, part = "", expected = -1, cut, missing, closes } = notes;
    const limits = [LOG_LIMIT_BYTES, CUT_NOTE, KEPT_SECONDS];
    const flags = [cut, missing, closes].map((flag) => (flag ? 1 : ""));
    const position = [mark?.offset ?? "", mark?.length ?? 0, expected];
    const args = [text, ...limits, writer, seq, ...position, part, ...flags];
    const answer = await this.#redis.eval(APPEND, KEY_COUNT, ...keysOf(id), ...args);
    return Appended.nullable().parse(answer) ?? undefined;
  }

  /** @returns undefined where there is none, or none any more */
  async find(id: string): Promise<StoredLog | undefined> {
    const { packed, text, cut, missing, open } = await this.#read(id);
    const whole = Buffer.concat([await unpacked(packed), text]);
    if (whole.length === 0) return undefined;
    const isOpen = open !== "";
    // Logs of earlier versions have no such fields.
    const isCut = cut === "1" || whole.length > LOG_LIMIT_BYTES;
    return { text: whole, isCut, isOpen, isIncomplete: missing === "1" || isOpen };
  }

  /** What {@link find} would say, without the text. */
  async state(id: string): Promise<LogState> {
    const [textKey, markKey, packedKey] = keysOf(id);
    const [length, packed, fields] = await Promise.all([
      this.#redis.strlen(textKey),
      this.#redis.strlen(packedKey),
      this.#redis.hmget(markKey, "cut", "missing", "open"),
    ]).catch(goneIfLasting);
    if (length + packed === 0) return "gone";
    const [cut, missing, open] = fields;
    if (missing === "1" || (open ?? "") !== "") return "incomplete";
    return cut === "1" || length > LOG_LIMIT_BYTES ? "cut" : "complete";
  }

  /** @returns the text of the log, UTF-8; empty when there is none */
  async read(id: string): Promise<Buffer> {
    return (await this.find(id))?.text ?? Buffer.alloc(0);
  }

  /**
   * Compresses the log of a deployment that has ended. Done again, it changes nothing.
   * @param at when it ended, milliseconds since the epoch
   */
  async pack(id: string, at: number): Promise<void> {
    const { text, writer, seq } = await this.#read(id);
    const args = [id, text.length, writer, seq, await compress(text), KEPT_SECONDS, at];
    await this.#redis.eval(PACK, KEY_COUNT, ...keysOf(id), ...args);
  }

  /** Drops the logs that ended first until all of them fit into so many bytes; none of a deployment that runs. */
  trim(maxBytes: number, now: number): Promise<LogUsage> {
    return this.#trim(Math.max(0, maxBytes), now);
  }

  usage(): Promise<LogUsage> {
    return this.#trim(-1, 0);
  }

  async #read(id: string) {
    const [packed, text, ...fields] = Stored.parse(
      await this.#redis.callBuffer("EVAL", READ, KEY_COUNT, ...keysOf(id)),
    );
    const [writer = "", seq = "", cut = "", missing = "", open = ""] = fields.map(String);
    return { packed, text, writer, seq, cut, missing, open };
  }

  async #trim(maxBytes: number, now: number): Promise<LogUsage> {
    const expired = now - KEPT_SECONDS * 1000;
    return Usage.parse(await this.#redis.eval(TRIM, 2, ENDS_KEY, SIZES_KEY, maxBytes, expired));
  }
}

function goneIfLasting(error: unknown): [number, number, (string | null)[]] {
  if (isLastingError(error)) return [0, 0, []];
  throw error;
}

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Several compressed texts one after another are one. What cannot be read counts as not there. */
async function unpacked(packed: Buffer): Promise<Buffer> {
  if (packed.length === 0) return packed;
  return decompress(packed, { maxOutputLength: MAX_UNPACKED_BYTES }).catch(() => Buffer.alloc(0));
}

const Start = z
  .tuple([z.number(), z.string(), z.number(), z.number(), z.number(), z.number()])
  .transform(([offset, text, length, own, packed, broken]) => {
    return { offset, text, length, own, packed, broken: broken === 1 };
  });
const Appended = z.tuple([z.number(), z.number()]).transform(([length, lost]) => ({ length, lost }));
const Usage = z.tuple([z.number(), z.number(), z.number()]).transform(([bytes, logs, dropped]) => {
  return { bytes, logs, dropped };
});
const Bytes = z
  .instanceof(Buffer)
  .nullable()
  .transform((bytes) => bytes ?? Buffer.alloc(0));
const Stored = z.tuple([Bytes, Bytes], Bytes);

const ENDS_KEY = "slipway:logs";
const SIZES_KEY = "slipway:logs:sizes";

const KEY_COUNT = 5;
function keysOf(id: string) {
  const key = `slipway:log:${id}`;
  return [key, `${key}:mark`, `${key}:packed`, ENDS_KEY, SIZES_KEY] as const;
}
