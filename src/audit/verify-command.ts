import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AuditLog } from "./audit-log.js";
import type { ChainFault, ChainVerdict } from "./chain.js";
import { type RedisPlace, useRedis } from "./open-redis.js";
import { verifyExport } from "./verify-export.js";

/** What `slipway audit verify` and `slipway audit export` answer to the shell. */
const EXIT = { ok: 0, broken: 1, usage: 2 } as const;

export interface AuditCommandOptions extends RedisPlace {
  /** @defaultValue standard output */
  readonly output?: NodeJS.WritableStream;
  /** Where faults are told. @defaultValue standard error */
  readonly errors?: NodeJS.WritableStream;
}

export interface VerifyOptions extends AuditCommandOptions {
  /** Verifies this export instead of the log itself. */
  readonly file?: string | undefined;
}

/**
 * `slipway audit verify [--file export.jsonl]`
 * @returns 0 intact; 1 broken, with the first bad entry named; 2 when there is nothing that can be verified
 */
export async function verifyAudit(options: VerifyOptions): Promise<number> {
  return withFaults(options, async () => {
    const verdict =
      options.file === undefined
        ? await useRedis(options, (redis) => new AuditLog(redis).verify())
        : await verifyExport(createReadStream(options.file, "utf8"));
    if (verdict.kind === "not-an-export") {
      errorsOf(options).write(`${options.file} does not begin as an export of the audit log does.\n`);
      return EXIT.usage;
    }
    outputOf(options).write(`${sentence(verdict)}\n`);
    return verdict.kind === "intact" ? EXIT.ok : EXIT.broken;
  });
}

/** `slipway audit export`: writes the whole log. @returns 0, or 2 when there is nothing that can be exported */
export async function exportAudit(options: AuditCommandOptions): Promise<number> {
  return withFaults(options, async () => {
    await useRedis(options, (redis) =>
      pipeline(Readable.from(new AuditLog(redis).export()), outputOf(options), { end: false }),
    );
    return EXIT.ok;
  });
}

async function withFaults(options: AuditCommandOptions, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    errorsOf(options).write(`The audit log could not be read: ${error.message}\n`);
    return EXIT.usage;
  }
}

function outputOf({ output }: AuditCommandOptions): NodeJS.WritableStream {
  return output ?? process.stdout;
}

function errorsOf({ errors }: AuditCommandOptions): NodeJS.WritableStream {
  return errors ?? process.stderr;
}

function sentence(verdict: ChainVerdict): string {
  if (verdict.kind === "broken") {
    return `BROKEN at entry ${verdict.sequence}: ${FAULTS[verdict.reason](verdict.sequence)}`;
  }
  const { entries, head } = verdict;
  if (entries === 0) return "Intact: there is no entry yet.";
  return `Intact: ${entries === 1 ? "1 entry" : `${entries} entries`}. The last is ${head.sequence}, with the hash ${head.hash}.`;
}

const FAULTS: Readonly<Record<ChainFault, (sequence: number) => string>> = {
  missing: () => "it is not in its place; a later entry is.",
  "out-of-order": () => "in its place stands an earlier entry, moved or put in.",
  changed: (sequence) => `it, or the hash of entry ${sequence - 1}, is not what was written.`,
  unreadable: () => "what stands in its place is no entry.",
  truncated: () => "it and what came after it is gone.",
  uncounted: () => "it was not written by Slipway, or the head of the log was changed.",
  "other-head": () => "it is the last one, but the head of the log names another.",
};
