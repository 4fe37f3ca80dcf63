import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { TroubleLog } from "../trouble-log.js";
import { unlessWrongType } from "../wrong-type.js";

const INSTANCE_KEY = "slipway:instance";
/** Redis may be emptied while the connection stays up. */
const CHECK_EVERY_MS = 15_000;

export interface InstanceWatch {
  /** Redis held nothing of Slipway when this process came: either nothing ever did, or it was emptied before. */
  readonly isNew: boolean;
  /** Of the Redis as it was found. 24 hexadecimal digits. */
  readonly id: string;
  stop(): void;
}

/**
 * Notices when Redis has lost what Slipway kept there: an id stands in it from the first start on.
 * @param onLost told each time that another id stands there; the same new id in every process
 */
export async function watchInstance(
  redis: Redis,
  logger: Logger,
  onLost: (instance: string) => void,
): Promise<InstanceWatch> {
  const { id: found, isNew } = await readInstance(redis);
  let known = found;
  const trouble = new TroubleLog(logger);
  const check = async () => {
    const { id } = await readInstance(redis);
    trouble.over("instance", "looked again which Redis this is");
    if (id === known) return;
    known = id;
    onLost(id);
  };
  const checkSoon = () => {
    if (redis.status !== "ready") return;
    check().catch((error: unknown) =>
      trouble.report("instance", { err: error }, "could not look which Redis this is"),
    );
  };
  redis.on("ready", checkSoon);
  const timer = setInterval(checkSoon, CHECK_EVERY_MS).unref();
  return {
    ...{ id: found, isNew },
    stop() {
      clearInterval(timer);
      redis.off("ready", checkSoon);
    },
  };
}

/** Whoever is first names it. */
async function readInstance(redis: Redis): Promise<{ id: string; isNew: boolean }> {
  const candidate = randomBytes(12).toString("hex");
  await redis.set(INSTANCE_KEY, candidate, "NX");
  // Not by the answer: it may have been lost, and the command sent again.
  const id = (await unlessWrongType(redis.get(INSTANCE_KEY), "unreadable")) ?? candidate;
  return { id, isNew: id === candidate };
}
