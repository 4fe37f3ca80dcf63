import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { Secret } from "../secret.js";
import { StartFaultError } from "../start-fault-error.js";

const SERVERS = ["redis-server", "valkey-server"];
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;
const SOCKET_PREFIX = "slipway-redis-";
const OWNER_FILE = "owner.json";

/** Slipway was told of no Redis and could not start one. The message says what to do. */
export class NoRedisError extends StartFaultError {
  constructor(message: string) {
    super(message);
    this.name = "NoRedisError";
  }
}

export interface EmbeddedRedis {
  /** `unix://` and the path of a private socket. */
  readonly url: Secret;
  stop(): Promise<void>;
}

/**
 * Starts a `redis-server` or `valkey-server` of this machine as a child, on a private Unix socket, with an
 * append-only file in the data directory. One left over by a Slipway that was killed is stopped first: two
 * servers on one append-only file would destroy it.
 *
 * @throws NoRedisError when no server is found, it does not start, or another Slipway uses the directory
 */
export async function startEmbeddedRedis(dataDirectory: string, logger: Logger): Promise<EmbeddedRedis> {
  const program = await findServer();
  const directory = resolve(dataDirectory, "redis");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await stopLeftover(directory, logger);

  // A socket's path may have 107 characters; the data directory's may be longer.
  const socketDirectory = await mkdtemp(join(tmpdir(), SOCKET_PREFIX));
  const socket = join(socketDirectory, "redis.sock");
  const child = spawn(program, serverArguments(directory, socket), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const stop = async () => {
    await stopChild(child);
    await rm(socketDirectory, { recursive: true, force: true });
    await rm(join(directory, OWNER_FILE), { force: true });
  };
  const output = collectOutput(child);
  await writeFile(
    join(directory, OWNER_FILE),
    JSON.stringify({ slipway: process.pid, redis: child.pid, socket }),
  );
  if (!(await becomesReady(child, socket))) {
    await stop();
    throw new NoRedisError(`The embedded Redis did not start:\n${lastLines(output())}`);
  }
  logger.info({ program, directory }, "started an embedded Redis");
  return { url: new Secret(`unix://${socket}`), stop };
}

function serverArguments(directory: string, socket: string): string[] {
  return [
    ["--port", "0"],
    ["--unixsocket", socket],
    ["--unixsocketperm", "700"],
    ["--dir", directory],
    ["--appendonly", "yes"],
    ["--appendfsync", "everysec"],
    ["--save", ""],
    ["--maxmemory-policy", "noeviction"],
    ["--daemonize", "no"],
  ].flat();
}

async function findServer(): Promise<string> {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  for (const name of SERVERS) {
    for (const directory of directories) {
      const program = join(directory, name);
      if (
        await access(program, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return program;
    }
  }
  throw new NoRedisError(
    "Slipway needs Redis: set REDIS_URL to one that runs, or install one (sudo apt-get install redis-server).",
  );
}

/** The child leads a process group of its own, so that Ctrl-C reaches Slipway first, which then stops it. */
async function stopLeftover(directory: string, logger: Logger): Promise<void> {
  const owner = await readOwner(directory);
  if (owner === undefined) return;
  // After a reboot another process may have the number: only with its Redis does a living owner count.
  if (isAlive(owner.slipway) && owner.slipway !== process.pid && (await answers(owner.socket))) {
    throw new NoRedisError(
      `Another Slipway (process ${owner.slipway}) uses ${directory}. Stop it, or set SLIPWAY_DATA or REDIS_URL.`,
    );
  }
  logger.warn("stopping the embedded Redis that an earlier Slipway left behind");
  const redis = new Redis({ path: owner.socket, retryStrategy: () => null, lazyConnect: true });
  redis.on("error", () => undefined);
  await redis
    .connect()
    .then(
      () => redis.shutdown(),
      () => undefined,
    )
    .catch(() => undefined);
  redis.disconnect();
  for (const end = Date.now() + STOP_TIMEOUT_MS; (await answers(owner.socket)) && Date.now() < end; )
    await pause(50);
  const socketDirectory = dirname(owner.socket);
  if (!basename(socketDirectory).startsWith(SOCKET_PREFIX)) return;
  await rm(socketDirectory, { recursive: true, force: true });
}

async function readOwner(directory: string): Promise<{ slipway: number; socket: string } | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(join(directory, OWNER_FILE), "utf8"));
    const { slipway, socket } = owner as Record<string, unknown>;
    return typeof slipway === "number" && typeof socket === "string" ? { slipway, socket } : undefined;
  } catch {
    return undefined;
  }
}

async function becomesReady(child: ChildProcess, socket: string): Promise<boolean> {
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end; ) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    if (await answers(socket)) return true;
    await pause(15);
  }
  return false;
}

function lastLines(output: string): string {
  return output.trim().split("\n").slice(-5).join("\n");
}

async function answers(socket: string): Promise<boolean> {
  const redis = new Redis({ path: socket, retryStrategy: () => null, lazyConnect: true });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === "PONG";
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function collectOutput(child: ChildProcess): () => string {
  let text = "";
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-4_096);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => text;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
