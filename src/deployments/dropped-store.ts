import type { Redis } from "ioredis";
import { Changes } from "../changes/changes.js";
import { Dropped, nothingDropped } from "./dropped.js";
import type { LockScope } from "./locks.js";
import type { Target } from "./record.js";
import { ScopedEntries } from "./scoped-entries.js";

/** Pushes and schedules that were not deployed. `slipway:dropped`: a hash by environment. */
export class DroppedStore {
  readonly #entries: ScopedEntries<Dropped>;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#entries = new ScopedEntries(redis, changes, "slipway:dropped", decode);
  }

  async find({ project, environment }: Target): Promise<Dropped> {
    const scope = { project, environment };
    return readable((await this.#entries.find(scope, 0)) ?? nothingDropped(scope));
  }

  async all(): Promise<readonly Dropped[]> {
    return (await this.#entries.all(0)).map(readable);
  }

  /** @param decide answers undefined to change nothing @returns whether anything was changed */
  async change(
    { project, environment }: Target,
    decide: (current: Dropped) => Dropped | undefined,
  ): Promise<boolean> {
    const scope = { project, environment };
    const { change } = await this.#entries.change(scope, (current) => {
      const entry = decide(readable(current ?? nothingDropped(scope)));
      return entry === undefined ? { kind: "keep" } : { kind: "put", entry };
    });
    return change.kind === "put";
  }
}

/** What this version cannot read is replaced by the next drop. */
function readable(entry: Dropped): Dropped {
  return entry.unreadable ? nothingDropped(entry) : entry;
}

function decode(stored: string, { project, environment = "*" }: LockScope): Dropped {
  const parsed = Dropped.safeParse(fromJson(stored));
  if (parsed.success) return { ...parsed.data, project, environment };
  return { ...nothingDropped({ project, environment }), unreadable: true };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
