import { z } from "zod";
import { BadMark } from "../deployments/bad-releases.js";
import { Dropped } from "../deployments/dropped.js";
import { Followed } from "../deployments/followed-branches.js";
import { ManualFreeze, PersonLock } from "../deployments/locks.js";
import { HostEntry } from "../deployments/running.js";
import { parseRecord } from "../deployments/stored-target.js";
import { StoredAction } from "../discord/action-store.js";
import { Announcement } from "../discord/announcement-store.js";
import { CommandId } from "../discord/command-mentions.js";
import { boardOf } from "../health/incidents/board-fields.js";
import { Effect } from "../health/incidents/effect.js";
import { Incident } from "../health/incidents/incident.js";
import { KnownRepository } from "../repositories/known-repository.js";

export type RedisType = "string" | "hash" | "set" | "zset" | "list" | "stream";

/** What one kind of key holds. */
export interface KeyKind {
  readonly pattern: RegExp;
  readonly type: RedisType;
  /** For a string or a whole hash. */
  readonly reads?: (value: unknown) => boolean;
  /** For one field of a hash or one member of a set, each by itself. */
  readonly readsEntry?: (entry: string, value: string) => boolean;
}

const ID = /^[0-9a-f]{24}$/;
const SCOPE = /^[^/]+\/[^/]+$/;

function fromJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

const json =
  (schema: z.ZodType) =>
  (text: unknown): boolean =>
    schema.safeParse(fromJson(text)).success;
const scoped = (reads: (value: string) => boolean) => (field: string, value: string) =>
  SCOPE.test(field) && reads(value);
const isId = (text: unknown) => typeof text === "string" && ID.test(text);
const isCount = (text: unknown) => /^\d{1,15}$/.test(String(text));
const idAtNumber = (member: string, score: string) => isId(member) && Number.isSafeInteger(Number(score));
const AuditHead = z.object({ sequence: z.coerce.number().int(), hash: z.string().min(1) });

function isRecord(stored: unknown): boolean {
  try {
    parseRecord(stored);
    return true;
  } catch {
    return false;
  }
}

/** Every kind of key that Slipway reads. The first pattern that matches counts; keys of BullMQ are not among them. */
export const KEY_KINDS: readonly KeyKind[] = [
  {
    pattern: /^slipway:environments$/,
    type: "set",
    readsEntry: json(z.tuple([z.string(), z.string()])),
  },
  { pattern: /^slipway:deployment-number$/, type: "string", reads: isCount },
  { pattern: /^slipway:deployment:[^:]*$/, type: "hash", reads: isRecord },
  { pattern: /^slipway:environment:[^:]+:(all|open)$/, type: "zset", readsEntry: idAtNumber },
  { pattern: /^slipway:environment:[^:]+:current$/, type: "string", reads: isId },
  { pattern: /^slipway:log:[^:]+(:packed)?$/, type: "string" },
  { pattern: /^slipway:log:[^:]+:mark$/, type: "hash" },
  { pattern: /^slipway:logs$/, type: "zset" },
  { pattern: /^slipway:logs:sizes$/, type: "hash" },
  { pattern: /^slipway:bad:/, type: "hash", readsEntry: (_sha, value) => json(BadMark)(value) },
  { pattern: /^slipway:lock:people$/, type: "hash", readsEntry: scoped(json(PersonLock)) },
  { pattern: /^slipway:lock:freezes$/, type: "hash", readsEntry: scoped(json(ManualFreeze)) },
  { pattern: /^slipway:lock:deployments$/, type: "hash", readsEntry: scoped(isId) },
  { pattern: /^slipway:lock:fences$/, type: "hash", readsEntry: scoped(isCount) },
  { pattern: /^slipway:health:/, type: "hash" },
  { pattern: /^slipway:running:[^:]+$/, type: "hash", readsEntry: (_host, value) => json(HostEntry)(value) },
  { pattern: /^slipway:probing:[^:]+$/, type: "string" },
  {
    pattern: /^slipway:commands$/,
    type: "hash",
    readsEntry: (_name, id) => CommandId.test(id),
  },
  { pattern: /^slipway:followed$/, type: "hash", readsEntry: scoped(json(Followed)) },
  { pattern: /^slipway:moves:[^:]+$/, type: "hash", readsEntry: (_sha, count) => /^-?\d{1,15}$/.test(count) },
  { pattern: /^slipway:moves:[^:]+:seen$/, type: "set" },
  { pattern: /^slipway:same:/, type: "string", reads: isId },
  { pattern: /^slipway:dropped$/, type: "hash", readsEntry: scoped(json(Dropped)) },
  { pattern: /^slipway:repositories$/, type: "hash", readsEntry: scoped(json(KnownRepository)) },
  { pattern: /^slipway:change:/, type: "string" },
  { pattern: /^slipway:audit:outbox$/, type: "list" },
  { pattern: /^slipway:audit:outbox:unreadable$/, type: "list" },
  {
    pattern: /^slipway:incident:board$/,
    type: "hash",
    readsEntry: (field, value) =>
      field === "version" ? isCount(value) : boardOf({ [field]: value }).unreadable.length === 0,
  },
  {
    pattern: /^slipway:incident:outbox$/,
    type: "zset",
    readsEntry: json(z.object({ effect: Effect })),
  },
  { pattern: /^slipway:incident:closed$/, type: "zset" },
  { pattern: /^slipway:incident:closed:/, type: "string", reads: json(Incident) },
  {
    pattern: /^slipway:announcement:/,
    type: "hash",
    reads: (stored) => Announcement.safeParse(stored).success,
  },
  { pattern: /^slipway:announcement-reply:/, type: "string" },
  { pattern: /^slipway:action:/, type: "string", reads: json(StoredAction) },
  { pattern: /^slipway:action-id:/, type: "string" },
  { pattern: /^slipway:audit:entries$/, type: "stream" },
  { pattern: /^slipway:audit:head$/, type: "hash", reads: (head) => AuditHead.safeParse(head).success },
  { pattern: /^slipway:audit:of:/, type: "list" },
  { pattern: /^slipway:instance$/, type: "string", reads: (id) => /^[0-9a-f]{24}$/.test(String(id)) },
];
