import { z } from "zod";

/** GitHub's number of a repository: it stays when the repository is renamed or transferred, and is never given again. */
export const RepositoryId = z.int().positive();

/** Something that was seen of a configured name, and is reported once. */
export const Sighting = z.object({
  /**
   * `renamed`: the project's repository, under another name. `taken`: another repository, under the configured name.
   */
  kind: z.enum(["renamed", "taken"]),
  id: RepositoryId,
  name: z.string(),
});
export type Sighting = z.output<typeof Sighting>;

const NotedSighting = Sighting.extend({ reported: z.boolean() });

/** Which repository a project's configured name stands for. */
export const KnownRepository = z.object({
  project: z.string(),
  /** The name in the configuration when the id was learned: a new name in the configuration is learned anew. */
  repository: z.string(),
  id: RepositoryId,
  sightings: z.array(NotedSighting),
  unreadable: z.literal(true).optional(),
});
export type KnownRepository = z.output<typeof KnownRepository>;

/** A repository as a push or GitHub's API names it. */
export interface NamedRepository {
  readonly id: number;
  readonly name: string;
}

export type Match =
  | { readonly kind: "own"; readonly sighting?: Sighting }
  | { readonly kind: "other"; readonly sighting?: Sighting };

/** Older ones are forgotten, and reported again should they come back. */
const SIGHTINGS_KEPT = 20;

/** Whether it is the project's repository: the id decides, the name only tells what to report. */
export function matchRepository(known: KnownRepository, { id, name }: NamedRepository): Match {
  const isNamed = isSameName(known.repository, name);
  if (known.id === id) {
    return isNamed ? { kind: "own" } : { kind: "own", sighting: { kind: "renamed", id, name } };
  }
  return isNamed ? { kind: "other", sighting: { kind: "taken", id, name } } : { kind: "other" };
}

/** What a repository is called, and which one that is where it is known. */
export const RepositoryRef = z.object({ name: z.string(), id: RepositoryId.optional() });
export type RepositoryRef = z.output<typeof RepositoryRef>;

/** By the ids where both are known, else by the names. */
export function isSameRepository(one: RepositoryRef, other: RepositoryRef): boolean {
  if (one.id !== undefined && other.id !== undefined) return one.id === other.id;
  return isSameName(one.name, other.name);
}

/** GitHub does not tell `Acme/Shop` from `acme/shop`. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** @returns undefined for one that is noted */
export function withSighting(known: KnownRepository, sighting: Sighting): KnownRepository | undefined {
  if (known.sightings.some((each) => isSameSighting(each, sighting))) return undefined;
  const sightings = [...known.sightings, { ...sighting, reported: false }].slice(-SIGHTINGS_KEPT);
  return { ...known, sightings };
}

/** @returns undefined where nothing is to be reported of it (any more) */
export function withReported(known: KnownRepository, sighting: Sighting): KnownRepository | undefined {
  if (!isUnreported(known, sighting)) return undefined;
  const sightings = known.sightings.map((each) =>
    isSameSighting(each, sighting) ? { ...each, reported: true } : each,
  );
  return { ...known, sightings };
}

export function isUnreported(known: KnownRepository, sighting: Sighting): boolean {
  return known.sightings.some((each) => isSameSighting(each, sighting) && !each.reported);
}

function isSameSighting(one: Sighting, other: Sighting): boolean {
  return one.kind === other.kind && one.id === other.id && isSameName(one.name, other.name);
}
