import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Redis } from "ioredis";

/** Where a process dies: at its n-th touch of Redis or of a host, before that has an effect or after. */
export interface Kill {
  readonly at: number;
  readonly when: "before" | "after";
}

/** One process that carries out one call of a use case; it can be killed half-way, and then does nothing any more. */
export class SimulatedProcess {
  readonly #kill: Kill | undefined;
  readonly #random: () => number;
  #touches = 0;
  #die: () => void = () => undefined;
  dead = false;

  constructor(kill: Kill | undefined, jitter: number) {
    this.#kill = kill;
    this.#random = pseudoRandom(jitter);
  }

  /** @returns `killed` where the process died; what the call threw comes through */
  async run<T>(call: () => Promise<T>): Promise<T | "killed"> {
    const killed = new Promise<"killed">((resolve) => {
      this.#die = () => resolve("killed");
    });
    const done = current.run(this, call);
    done.catch(() => undefined);
    return Promise.race([done, killed]);
  }

  /** Something outside of the process. Jitter lets processes that run together meet in every order. */
  async touch<T>(effect: () => Promise<T>): Promise<T> {
    if (this.dead) return forever();
    const dies = this.#kill !== undefined && this.#touches++ === this.#kill.at;
    if (dies && this.#kill?.when === "before") return this.#end();
    for (let turns = Math.floor(this.#random() * 4); turns > 0; turns--) await nextTurn();
    const answer = await effect();
    if (dies) return this.#end();
    return this.dead ? forever() : answer;
  }

  #end(): Promise<never> {
    this.dead = true;
    this.#die();
    return forever();
  }
}

const current = new AsyncLocalStorage<SimulatedProcess>();

/** As if it happened inside of the process that calls, so that it dies with it. */
export function touch<T>(effect: () => Promise<T>): Promise<T> {
  const process = current.getStore();
  return process === undefined ? effect() : process.touch(effect);
}

/** What happens on a host, or by other people, goes on when the process that began it dies. */
export function outside<T>(effect: () => Promise<T>): Promise<T> {
  return current.exit(effect);
}

/** The same connection; each command is a touch of the process that sends it. */
export function touched(redis: Redis): Redis {
  return new Proxy(redis, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name === "pipeline" || name === "multi") return member.bind(target);
      return (...args: readonly unknown[]) => touch(async () => Reflect.apply(member, target, args));
    },
  });
}

function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** Mulberry32: small, and the same on every machine. 0 gives no jitter at all. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    if (seed === 0) return 0;
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
