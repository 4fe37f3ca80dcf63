import { type Redis, ReplyError } from "ioredis";
import { z } from "zod";
import type { AuditEntry } from "../audit/audit-trail.js";
import { Changes, changeId } from "../changes/changes.js";
import { isWrongType, unlessWrongType } from "../wrong-type.js";
import { type DeploymentRecord, isFinal, type Target } from "./record.js";
import { environmentKey, parseRecord, recordKey, TARGETS_KEY } from "./stored-target.js";

/** What a caller gives to create a deployment; the store adds the number and the version. */
export type NewDeployment = Omit<DeploymentRecord, "number" | "version">;

/** Another writer changed the record since it was read. */
export class StaleRecordError extends Error {
  readonly id: string;

  constructor(id: string) {
    super(`Deployment ${id} was changed by another writer.`);
    this.name = "StaleRecordError";
    this.id = id;
  }
}

/** Redis answered that it does not do it now: it is full, read-only or loading. A moment later it may. */
export function isRefusedByRedis(error: unknown): boolean {
  return error instanceof ReplyError;
}

/** A record in Redis that this version cannot read. */
export class UnreadableRecordError extends Error {
  readonly id: string;

  constructor(id: string, cause: unknown) {
    super(`Deployment ${id} cannot be read by this version of Slipway.`, { cause });
    this.name = "UnreadableRecordError";
    this.id = id;
  }
}

const TargetNames = z.tuple([z.string(), z.string()]);

const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return '=' .. ARGV[1] end
local same = redis.call('GET', 'slipway:same:' .. ARGV[1])
if same then return '=' .. same end
local overtaken = false
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[4], 0, -1)) do
  local readable, other = pcall(cjson.decode, redis.pcall('HGET', 'slipway:deployment:' .. id, 'record') or 'null')
  if readable and type(other) == 'table' and type(other.release) == 'table' then
    local waits = other.state == 'awaiting-approval'
    local isOpen = waits or other.state == 'queued' or other.state == 'running'
    local purpose = other.breakGlass and 'break-glass' or other.kind == 'rollback' and 'rollback' or 'deploy'
    if other.release.sha == ARGV[4] then
      if isOpen and purpose == ARGV[5] and not other.cancelRequestedBy and (waits or not overtaken) then
        redis.call('SET', 'slipway:same:' .. ARGV[1], id, 'EX', ARGV[6])
        return id
      end
    elseif isOpen and not waits then
      overtaken = true
    end
  end
end
local function each_line(see)
  local cursor = '0'
  repeat
    local page = redis.call('SCAN', cursor, 'MATCH', 'slipway:environment:*:all', 'COUNT', 1000)
    cursor = page[1]
    for _, line in ipairs(page[2]) do see(line) end
  until cursor == '0'
end
if set_aside_unless(KEYS[5], 'set') then
  each_line(function(line)
    local project, environment = string.match(line, '^slipway:environment:([^/:]+)/([^/:]+):all$')
    if project then redis.call('SADD', KEYS[5], cjson.encode({ project, environment })) end
  end)
end
local is_lost = set_aside_unless(KEYS[2], 'string')
local count = redis.call('GET', KEYS[2]) or '0'
if not string.match(count, '^%d+$') or #count > 15 then
  set_aside(KEYS[2])
  is_lost = true
end
if is_lost then
  count = 0
  each_line(function(line)
    local newest = redis.pcall('ZREVRANGE', line, 0, 0, 'WITHSCORES')
    local largest = tonumber(newest[2])
    if largest and largest < 1e15 then count = math.max(count, largest) end
  end)
end
local number = string.format('%.0f', count + 1)
commit('', number)
redis.call('SET', KEYS[2], number)
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'number', number, 'version', 1)
redis.call('ZADD', KEYS[3], number, ARGV[1])
redis.call('ZADD', KEYS[4], number, ARGV[1])
redis.call('SADD', KEYS[5], ARGV[3])
return ''`;

/** How long a request is remembered that came to a deployment which was open already. Seconds. */
const SAME_KEPT_SECONDS = 24 * 3600;

const SAVE = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
commit(1)
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'version', ARGV[2] + 1)
if ARGV[4] == 'open' then redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
else redis.call('ZREM', KEYS[2], ARGV[1]) end
if ARGV[4] == 'succeeded' then redis.call('SET', KEYS[3], ARGV[1]) end
return 1`;

/** Each lost attempt is somebody else's progress, so this bounds only a fault; far fewer writers meet in practice. */
const MAX_ATTEMPTS = 200;

/** What became of a creation. */
export interface Created {
  readonly created: boolean;
  /** It asks for what is on its way already, and was not known before. */
  readonly isRepeated: boolean;
  readonly record: DeploymentRecord;
}

/** What goes with a change of a record. */
export interface UpdateOptions {
  /** What is written down with the change, of the record as it is then. */
  readonly entry?: (next: DeploymentRecord) => AuditEntry;
  /** The record as last seen: spares the first look where nobody else changed it. */
  readonly known?: DeploymentRecord;
}

interface SaveOptions {
  readonly entry?: AuditEntry | undefined;
  /** Names the change: asked again under the same name, it is not made twice. */
  readonly change?: string;
}

/**
 * Deployment records in Redis. Every change is an atomic compare-and-set on the record's version, which recognises itself
 * when its answer was lost, and takes its audit entry with it.
 * Keys: `slipway:deployment:ID` (hash), `slipway:environment:P/E:all` and `:open`
 * (ids sorted by number) and `:current` (the id of the newest that succeeded).
 */
export class DeploymentStore {
  readonly #redis: Redis;
  readonly #changes: Changes;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#redis = redis;
    this.#changes = changes;
  }

  /**
   * Creates the deployment, once. With an id that exists already, the existing record is answered. Also where the same
   * commit is on its way to the environment already: of two requests at once, the second gets the record of the first.
   * One that is being cancelled does not count, nor does one after which another commit will run.
   * @param entry what is written down with it; it gets the deployment's number
   */
  async create(deployment: NewDeployment, entry?: AuditEntry): Promise<Created> {
    const { id } = deployment;
    const text = textOf({ ...deployment, number: 1, version: 1 }, deployment);
    const answer = await this.#changes.apply({
      script: CREATE,
      keys: [
        recordKey(id),
        "slipway:deployment-number",
        environmentKey(deployment, "all"),
        environmentKey(deployment, "open"),
        TARGETS_KEY,
      ],
      args: [
        ...[id, text, JSON.stringify([deployment.project, deployment.environment])],
        ...[deployment.release.sha, purposeOf(deployment), SAME_KEPT_SECONDS],
      ],
      entry,
    });
    const created = answer === "";
    const record = await this.find(created ? id : answer.replace(/^=/, ""));
    if (record === undefined) throw new StaleRecordError(id);
    return { created, isRepeated: !created && !answer.startsWith("="), record };
  }

  /** @throws UnreadableRecordError when the stored record does not have the shape of this version. */
  async find(id: string): Promise<DeploymentRecord | undefined> {
    const stored = await this.#redis.hgetall(recordKey(id)).catch((error: unknown) => {
      throw isWrongType(error) ? new UnreadableRecordError(id, error) : error;
    });
    return stored["record"] === undefined ? undefined : parse(id, stored);
  }

  /**
   * @throws StaleRecordError when the record was changed since it was read
   * @throws UnreadableRecordError when the record could not be read again: nothing is written
   */
  async save(
    record: DeploymentRecord,
    { entry, change = changeId() }: SaveOptions = {},
  ): Promise<DeploymentRecord> {
    const { id, version } = record;
    const saved = await this.#changes.apply({
      script: SAVE,
      keys: [recordKey(id), environmentKey(record, "open"), environmentKey(record, "current")],
      args: [id, version, textOf(record), isFinal(record) ? record.state : "open", record.number],
      entry,
      id: change,
    });
    if (saved !== "1") throw new StaleRecordError(id);
    return { ...record, version: version + 1 };
  }

  /**
   * Applies a transition to the newest record, again when another writer was faster. A transition that gives the record
   * back as it is changes nothing, and nothing is written down.
   * @returns the saved record, or undefined when there is none or the transition is not legal
   */
  async update(
    id: string,
    transition: (record: DeploymentRecord) => DeploymentRecord | undefined,
    { entry, known }: UpdateOptions = {},
  ): Promise<DeploymentRecord | undefined> {
    // Of all attempts one can be made: those before it were answered with "another writer was faster".
    const change = changeId();
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const remembered = attempt === 0 ? known : undefined;
      const current = remembered ?? (await this.find(id));
      const next = current && transition(current);
      // What is not legal from a remembered record, or changes nothing in it, may be or do so in the newest.
      if (remembered !== undefined && (next === undefined || next === remembered)) continue;
      if (next === undefined || next === current) return next;
      try {
        return await this.save(next, { entry: entry?.(next), change });
      } catch (error) {
        if (!(error instanceof StaleRecordError)) throw error;
      }
    }
    throw new StaleRecordError(id);
  }

  /** The newest deployment that succeeded. Undefined also where it cannot be read: the locks tell of that. */
  async current(target: Target): Promise<DeploymentRecord | undefined> {
    const id = await unlessWrongType(this.#redis.get(environmentKey(target, "current")), null);
    return id === null ? undefined : (await this.#read([id]))[0];
  }

  /** Newest first. Records of another version are left out. */
  async newest(target: Target, count: number): Promise<readonly DeploymentRecord[]> {
    return this.#read(
      await unlessWrongType(this.#redis.zrevrange(environmentKey(target, "all"), 0, count - 1), []),
    );
  }

  /** The deployments that are not final, oldest first. */
  async open(target: Target): Promise<readonly DeploymentRecord[]> {
    return this.#read(await unlessWrongType(this.#redis.zrange(environmentKey(target, "open"), 0, "-1"), []));
  }

  /** Every environment that ever had a deployment, also those that the configuration does not have any more. */
  async targets(): Promise<readonly Target[]> {
    const members = await unlessWrongType(this.#redis.smembers(TARGETS_KEY), []);
    return members.flatMap((member) => {
      const names = TargetNames.safeParse(fromJson(member));
      return names.success ? [{ project: names.data[0], environment: names.data[1] }] : [];
    });
  }

  async #read(ids: readonly string[]): Promise<readonly DeploymentRecord[]> {
    if (ids.length === 0) return [];
    const pipeline = this.#redis.pipeline();
    for (const id of ids) pipeline.hgetall(recordKey(id));
    const answers = (await pipeline.exec()) ?? [];
    return answers.flatMap(([error, stored], index) => {
      if (isWrongType(error)) return [];
      if (error) throw error;
      try {
        return [parse(ids[index] ?? "", stored)];
      } catch (unreadable) {
        if (unreadable instanceof UnreadableRecordError) return [];
        throw unreadable;
      }
    });
  }
}

function parse(id: string, stored: unknown): DeploymentRecord {
  try {
    return parseRecord(stored);
  } catch (cause) {
    throw new UnreadableRecordError(id, cause);
  }
}

/** What is written is what could be read again: a number that is none, such as infinity, becomes `null` in JSON. */
function textOf(record: DeploymentRecord, written: object = record): string {
  const text = JSON.stringify(written);
  parse(record.id, { record: text, number: record.number, version: record.version });
  return text;
}

/** Only requests of one purpose are the same: a rollback and an override of a freeze pass gates that others do not. */
function purposeOf({ kind, breakGlass }: NewDeployment): "deploy" | "rollback" | "break-glass" {
  if (breakGlass !== undefined) return "break-glass";
  return kind === "rollback" ? "rollback" : "deploy";
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A record that this version cannot read says nothing. */
export async function findReadable(
  store: Pick<DeploymentStore, "find">,
  id: string,
): Promise<DeploymentRecord | undefined> {
  try {
    return await store.find(id);
  } catch (error) {
    if (error instanceof UnreadableRecordError) return undefined;
    throw error;
  }
}
