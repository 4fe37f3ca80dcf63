import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { claimPort } from "./host/claim-port.js";
import { findProgram } from "./host/find-program.js";
import { HostError } from "./host/host-error.js";
import { poll } from "./host/poll.js";
import { signal } from "./host/processes.js";
import { type BoundChild, spawnBound } from "./host/spawn-bound.js";

/** A Redis that was killed reads its whole file first, and the machine may be busy. */
const startDeadlineMs = 30_000;
const stopGraceMs = 5_000;
const portAttempts = 5;

export interface RedisOptions {
  /** Listen on a socket file instead of a port. @defaultValue false */
  readonly unixSocket?: boolean;
  /** Append-only file, written to disk every second. @defaultValue true */
  readonly appendOnly?: boolean;
  /** @defaultValue `noeviction` */
  readonly maxmemoryPolicy?: string;
  /** More lines of `redis.conf`: name and values, separated by a space. @defaultValue none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keeps the data after `stop`. @defaultValue a temporary folder that `stop` removes */
  readonly directory?: string;
}

export interface RedisServer {
  /** `redis://127.0.0.1:PORT` or `unix:///…/redis.sock`; stays the same over `restart`. */
  readonly url: string;
  /** 0 for a socket file. */
  readonly port: number;
  /** The process that runs now, or ran last. */
  readonly pid: number;
  /** Ends it in order and removes a temporary folder; the last call. */
  stop(): Promise<void>;
  /** SIGKILL: what the append-only file does not hold yet is lost. The data stays for `restart`. */
  kill(): Promise<void>;
  /** Ends it in order where it runs, and starts it on the same address with the same data. */
  restart(): Promise<void>;
}

/**
 * Starts a real Redis (or Valkey) that ends with this process.
 * @throws HostError when no server program is there or it does not start
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const temporary = options.directory === undefined;
  const directory = options.directory ?? (await mkdtemp(path.join(tmpdir(), "slipway-redis-")));
  await mkdir(directory, { recursive: true });
  const remove = () => temporary && rmSync(directory, { recursive: true, force: true });
  const settings = { ...options, directory };
  try {
    const first = await startSomewhere(settings);
    return redisServer(settings, first, remove);
  } catch (error) {
    remove();
    throw error;
  }
}

type Settings = RedisOptions & { readonly directory: string };

interface Running {
  readonly child: BoundChild;
  readonly port: number;
}

function redisServer(settings: Settings, first: Running, remove: () => void): RedisServer {
  const { port } = first;
  let child = first.child;
  process.once("exit", remove);
  return {
    url: port === 0 ? `unix://${socketFile(settings)}` : `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid;
    },
    stop: async () => {
      await child.end(stopGraceMs);
      remove();
      process.off("exit", remove);
    },
    kill: async () => {
      if (!child.hasEnded()) signal(child.pid, "SIGKILL");
      await child.ended;
    },
    restart: async () => {
      await child.end(stopGraceMs);
      child = await startAt(settings, port);
    },
  };
}

async function startSomewhere(settings: Settings): Promise<Running> {
  for (let attempt = 1; ; attempt++) {
    const port = settings.unixSocket === true ? 0 : await claimPort();
    try {
      return { child: await startAt(settings, port), port };
    } catch (error) {
      // Another program may have taken the port meanwhile.
      if (port === 0 || attempt === portAttempts) throw error;
    }
  }
}

async function startAt(settings: Settings, port: number): Promise<BoundChild> {
  const program = findProgram("redis-server", "valkey-server");
  const child = await spawnBound(program, redisArguments(settings, port));
  const target = port === 0 ? { path: socketFile(settings) } : { host: "127.0.0.1", port };
  const ready = await poll(
    async () => child.hasEnded() || (await isReady(target, child.pid)),
    startDeadlineMs,
  );
  if (ready === true && !child.hasEnded()) return child;
  await child.end(0);
  throw new HostError("Redis does not start", child.output());
}

function redisArguments(settings: Settings, port: number): string[] {
  const address = port === 0 ? ["--unixsocket", socketFile(settings)] : ["--bind", "127.0.0.1"];
  const pairs = {
    port: String(port),
    dir: settings.directory,
    appendonly: settings.appendOnly === false ? "no" : "yes",
    appendfsync: "everysec",
    "maxmemory-policy": settings.maxmemoryPolicy ?? "noeviction",
    ...settings.settings,
  };
  return [
    ...address,
    ...Object.entries(pairs).flatMap(([name, value]) => [`--${name}`, ...value.split(" ")]),
  ];
}

function socketFile(settings: Settings): string {
  return path.join(settings.directory, "redis.sock");
}

type Target = { readonly path: string } | { readonly host: string; readonly port: number };

/** Asks for the process id too: on a port that was taken meanwhile, another Redis may answer. */
async function isReady(target: Target, pid: number): Promise<boolean> {
  const answer = await ask(target, "PING\r\nINFO server\r\nQUIT\r\n");
  return answer.startsWith("+PONG") && answer.includes(`process_id:${pid}\r\n`);
}

function ask(target: Target, request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect({ ...target, timeout: 2_000 }, () => socket.write(request));
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.once("error", () => resolve(""));
    socket.once("timeout", () => socket.destroy());
    socket.once("close", () => resolve(answer));
  });
}
