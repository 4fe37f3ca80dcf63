import type { Redis } from "ioredis";
import { Changes } from "../changes/changes.js";
import { ScopedEntries } from "../deployments/scoped-entries.js";
import {
  isSameName,
  KnownRepository,
  type Sighting,
  withReported,
  withSighting,
} from "./known-repository.js";

/** The ids of the configured repositories. `slipway:repositories`: a hash by project. */
export class RepositoryStore {
  readonly #entries: ScopedEntries<KnownRepository>;

  constructor(redis: Redis, changes: Changes = new Changes(redis)) {
    this.#entries = new ScopedEntries(redis, changes, "slipway:repositories", decode);
  }

  /** @returns undefined where nothing is known of the name, also where what is stored cannot be read */
  async find(project: string, repository: string): Promise<KnownRepository | undefined> {
    return ofName(await this.#entries.find({ project }, 0), repository);
  }

  /**
   * Remembers the id of a configured name: the first one stays.
   * @returns what is known now
   */
  async learn(project: string, repository: string, id: number): Promise<KnownRepository> {
    return this.#put(project, repository, id, () => true);
  }

  /** Remembers the id that the configuration gives, whatever was known before. */
  async replace(project: string, repository: string, id: number): Promise<KnownRepository> {
    return this.#put(project, repository, id, (known) => known.id === id);
  }

  /** @returns whether it was not noted yet */
  async note(project: string, repository: string, sighting: Sighting): Promise<boolean> {
    return this.#change(project, repository, (known) => withSighting(known, sighting));
  }

  /** Notes that people were told. */
  async markReported(project: string, repository: string, sighting: Sighting): Promise<void> {
    await this.#change(project, repository, (known) => withReported(known, sighting));
  }

  async #put(
    project: string,
    repository: string,
    id: number,
    stays: (known: KnownRepository) => boolean,
  ): Promise<KnownRepository> {
    const entry = { project, repository, id, sightings: [] };
    const { before, change } = await this.#entries.change({ project }, (current) => {
      const known = ofName(current, repository);
      return known !== undefined && stays(known) ? { kind: "keep" } : { kind: "put", entry };
    });
    return change.kind === "keep" && before !== undefined ? before : entry;
  }

  async #change(
    project: string,
    repository: string,
    decide: (known: KnownRepository) => KnownRepository | undefined,
  ): Promise<boolean> {
    const { change } = await this.#entries.change({ project }, (current) => {
      const known = ofName(current, repository);
      const entry = known && decide(known);
      return entry === undefined ? { kind: "keep" } : { kind: "put", entry };
    });
    return change.kind === "put";
  }
}

function ofName(entry: KnownRepository | undefined, repository: string): KnownRepository | undefined {
  if (entry === undefined || entry.unreadable === true) return undefined;
  return isSameName(entry.repository, repository) ? entry : undefined;
}

function decode(stored: string, { project }: { readonly project: string }): KnownRepository {
  const parsed = KnownRepository.safeParse(fromJson(stored));
  if (parsed.success) return { ...parsed.data, project };
  return { project, repository: "", id: 0, sightings: [], unreadable: true };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
