import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import { z } from "zod";
import type { LockScope, PersonLock } from "../deployments/locks.js";
import { Sha } from "../deployments/release.js";
import { unlessWrongType } from "../wrong-type.js";

const DeploymentAction = z.object({
  deployment: z.string(),
  action: z.enum([
    "approve",
    "confirm",
    "refuse",
    "cancel",
    "stop",
    "mark-failed",
    "run-again",
    "rollback",
    "retry",
  ]),
});
export type DeploymentAction = z.output<typeof DeploymentAction>;

/** With its start, one lock of a scope is told from a later one. */
const LockAction = z.object({
  lock: z.object({ project: z.string(), environment: z.string().optional(), since: z.number().optional() }),
  action: z.literal("unlock"),
});
export type LockAction = z.output<typeof LockAction>;

/** By the incident's id. */
const IncidentAction = z.object({
  incident: z.string(),
  action: z.enum(["acknowledge", "snooze", "rollback", "logs"]),
});
export type IncidentAction = z.output<typeof IncidentAction>;

/** By the episode, which has one message. */
const DroppedAction = z.object({
  dropped: z.object({ project: z.string(), environment: z.string(), episode: z.string() }),
  action: z.literal("deploy-newest"),
});
export type DroppedAction = z.output<typeof DroppedAction>;

/** By the request that was asked about, for the person who made it. */
const AgainAction = z.object({
  again: z.object({
    ...{ project: z.string(), environment: z.string(), sha: Sha },
    ...{ requestId: z.string(), userId: z.string(), ref: z.string().optional() },
  }),
  action: z.literal("deploy-again"),
});
export type AgainAction = z.output<typeof AgainAction>;

/** What a press or a form is about. `confirm` is the form that `approve` opens. */
export const StoredAction = z.union([
  DeploymentAction,
  LockAction,
  IncidentAction,
  DroppedAction,
  AgainAction,
]);
export type StoredAction = z.output<typeof StoredAction>;

export type ActionSubject =
  | Pick<DeploymentAction, "deployment">
  | Pick<LockAction, "lock">
  | Pick<IncidentAction, "incident">
  | Pick<DroppedAction, "dropped">
  | Pick<AgainAction, "again">;

/** As long as the record of the message itself. */
const KEPT_SECONDS = 90 * 24 * 3600;
const ID_BYTES = 16;
const ACTION_PREFIX = "slipway:action:";

/** One id for one action, whoever is first; both directions are kept equally long. */
const KEEP = `
local known = redis.call('TYPE', KEYS[1]).ok == 'string' and redis.call('GET', KEYS[1])
local id = known and string.match(known, '^[0-9a-f]+$') and #known == 32 and known or ARGV[1]
redis.call('SET', KEYS[1], id, 'EX', ARGV[4])
redis.call('SET', ARGV[3] .. id, ARGV[2], 'EX', ARGV[4])
return id`;

/**
 * What the custom_ids under messages mean. An id is 128 random bits and says nothing by itself: `slipway:action:ID`
 * holds the action, `slipway:action-id:ACTION` the id, both for 90 days from the last use.
 */
export class ActionStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /**
   * The action's id: the same for the same action, also under concurrency and after a restart.
   * @throws ZodError for an action that its subject does not have
   */
  async idFor(subject: ActionSubject, action: StoredAction["action"]): Promise<string> {
    // Parsed, so that the same action is always the same text.
    const stored = JSON.stringify(StoredAction.parse({ ...subject, action }));
    const candidate = randomBytes(ID_BYTES).toString("hex");
    const id = await this.#redis.eval(
      KEEP,
      1,
      `slipway:action-id:${stored}`,
      candidate,
      stored,
      ACTION_PREFIX,
      KEPT_SECONDS,
    );
    return z.string().parse(id);
  }

  /** @returns undefined for an id that was never given or has expired */
  async find(id: string): Promise<StoredAction | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const stored = await unlessWrongType(this.#redis.get(`${ACTION_PREFIX}${id}`), null);
    return StoredAction.safeParse(fromJson(stored ?? "")).data;
  }

  /** The id of the button that takes this very lock off. */
  async buttonId({ project, environment, since }: LockScope & Partial<PersonLock>): Promise<string> {
    return this.idFor({ lock: { project, environment, since } }, "unlock");
  }
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
