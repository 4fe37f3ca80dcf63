import type { Week } from "./week.js";
import { type Deployment, type Episode, MINUTE, type World } from "./world.js";

/** The confirmation time of the defaults. */
export const CONFIRMATION = 30_000;
/** What belongs to an episode comes within this time after it: the longest hold, and probes every hour. */
const AFTERMATH = 100 * MINUTE;

export interface Tolerance {
  /** Past the confirmation time, until an alert must have come. */
  readonly slack: number;
  /** How far a downtime may be off. */
  readonly downtime: number;
  /** Whether probes get lost: then what flaps may look sound for a while, and a bake period pass over a fault. */
  readonly lossy: boolean;
}

/** What really happened to an environment then. */
export function episodeOf({ episodes }: World, { name, at }: Week["told"][number]): Episode | undefined {
  return episodes.find((each) => each.environments.includes(name) && isWithin(each, at));
}

export function isWithin({ from, until }: Episode, at: number): boolean {
  return from <= at && at <= until + AFTERMATH;
}

export function during({ from, until }: Deployment, at: number): boolean {
  return from <= at && at < until;
}
