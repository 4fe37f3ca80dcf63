import { startBotProcess } from "../../sandbox/bot-process.js";
import { poll } from "../../sandbox/host/poll.js";
import type { Role } from "../../src/role.js";
import { spawnNode } from "../processes/node-process.js";
import { residentMegabytes, settledMegabytes } from "./memory.js";

const START_LIMIT_MS = 30_000;
const BARE_NODE = "console.log('ready'); setInterval(() => undefined, 60_000)";

/** One start of one process. Times are from the start of the process. */
export interface StartUp {
  readonly startedMs: number;
  /** Absent for a process that has nothing to be ready for. */
  readonly readyMs?: number;
  readonly idleMegabytes: number;
  /** Of the Redis that it started itself. */
  readonly redisMegabytes?: number;
}

/**
 * Starts a bot, waits until it is idle and stops it.
 * @param redisOf the process of its own Redis, 0 when it has none
 */
export async function startSlipway(
  env: Readonly<Record<string, string>>,
  role: Role,
  redisOf: (bot: number) => number,
): Promise<StartUp> {
  const startedAt = performance.now();
  const bot = startBotProcess({ env, args: ["start", "--role", role] });
  try {
    const listening = await bot.waitForLine(({ msg }) => msg === "listening for HTTP", START_LIMIT_MS);
    await bot.waitForLine(({ msg }) => msg === "Slipway has started", START_LIMIT_MS);
    const startedMs = performance.now() - startedAt;
    const ready = await poll(() => isReady(String(listening["address"])), START_LIMIT_MS);
    if (ready === undefined) throw new Error(`Slipway (${role}) is not ready:\n${bot.output()}`);
    const readyMs = performance.now() - startedAt;
    const idleMegabytes = await settledMegabytes(bot.pid);
    const redis = redisOf(bot.pid);
    const redisMegabytes = redis === 0 ? undefined : residentMegabytes(redis);
    return { startedMs, readyMs, idleMegabytes, ...(redisMegabytes !== undefined && { redisMegabytes }) };
  } finally {
    await bot.stop();
  }
}

export async function startBareNode(): Promise<StartUp> {
  const startedAt = performance.now();
  const node = spawnNode({ args: ["-e", BARE_NODE] });
  try {
    await node.waitForLine("ready", START_LIMIT_MS);
    const startedMs = performance.now() - startedAt;
    return { startedMs, idleMegabytes: await settledMegabytes(node.pid) };
  } finally {
    await node.stop();
  }
}

async function isReady(address: string): Promise<boolean> {
  const { status } = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(START_LIMIT_MS) });
  return status === 200;
}
