import type { Config } from "../../src/config/schema.js";
import type { CiState } from "../../src/deployments/gates.js";
import { Sha } from "../../src/deployments/release.js";
import { configOf, FIRST_VARIANT, PROJECTS, ROLES, type Variant } from "./settings.js";

export const BRANCHES = ["main", "release"] as const;
export type BranchName = (typeof BRANCHES)[number];

/** A Monday, so that the first freeze window is days away. */
const START = Date.UTC(2026, 0, 5, 8);

/** Ids of the people, all of them snowflakes. */
export const PEOPLE = ["01", "02", "03", "04", "05", "06"].map((end) => `3000000000000000${end}`);

/** A lock or a freeze, as the model remembers it. */
export interface Hold {
  readonly owner: string;
  /** Milliseconds since the epoch; infinite where nothing ends it. */
  readonly until: number;
}

/** All that is true outside of Slipway, and what people have locked. Nothing here is read from its records. */
export interface World {
  clock: number;
  variant: Variant;
  config: Config;
  /** By user id; undefined: not a member any more. */
  readonly roles: Map<string, readonly string[] | undefined>;
  /** Commits by repository and branch, the head last: `acme/shop#main`. */
  readonly branches: Map<string, Sha[]>;
  /** What differs from `passed`. */
  readonly ci: Map<string, CiState>;
  readonly faults: { members: boolean; github: boolean };
  /** By scope: `shop/prod`, or `shop/*`. */
  readonly locks: Map<string, Hold>;
  readonly freezes: Map<string, Hold>;
}

export function newWorld(): World {
  const [below, production, approves] = ROLES;
  const roles = [
    [below, production],
    [below, production, approves],
    [approves],
    [production, approves],
    [below],
    [production],
  ];
  const world: World = {
    clock: START,
    variant: FIRST_VARIANT,
    config: configOf(FIRST_VARIANT),
    roles: new Map(PEOPLE.map((id, index) => [id, roles[index]])),
    branches: new Map(),
    ci: new Map(),
    faults: { members: false, github: false },
    locks: new Map(),
    freezes: new Map(),
  };
  for (const project of PROJECTS) for (const branch of BRANCHES) addCommit(world, project, branch);
  return world;
}

/** What the world is like at one moment; the maps of the original may change afterwards. */
export function snapshotOf(world: World): World {
  return {
    ...world,
    roles: new Map(world.roles),
    branches: new Map([...world.branches].map(([name, shas]) => [name, [...shas]])),
    ci: new Map(world.ci),
    faults: { ...world.faults },
    locks: new Map(world.locks),
    freezes: new Map(world.freezes),
  };
}

export function branchKey(project: string, branch: string): string {
  return `acme/${project}#${branch}`;
}

export function addCommit(world: World, project: string, branch: string): Sha {
  const key = branchKey(project, branch);
  const commits = world.branches.get(key) ?? [];
  const text = [PROJECTS, BRANCHES]
    .map((names, index) => names.indexOf([project, branch][index] as never))
    .join("");
  const sha = Sha.parse(text + (commits.length + 1).toString(16).padStart(38, "0"));
  world.branches.set(key, [...commits, sha]);
  return sha;
}

export function headOf(world: World, project: string, branch: string): Sha | undefined {
  return world.branches.get(branchKey(project, branch))?.at(-1);
}

export function rolesOf(world: World, userId: string): readonly string[] {
  return world.roles.get(userId) ?? [];
}

/** Each look at the clock is a millisecond later, so that two moments never are the same. */
export function tick(world: World): number {
  world.clock += 1;
  return world.clock;
}
