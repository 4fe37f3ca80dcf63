import { endFreeze, type LockRequest, releaseLock, startFreeze, takeLock } from "../../src/app/locks.js";
import { tendLocks } from "../../src/app/tend-locks.js";
import type { WorldAction } from "./actions.js";
import type { Model } from "./model.js";
import { silentNotices } from "./model-ports.js";
import {
  configOf,
  ENVIRONMENTS,
  type EnvironmentName,
  environmentOf,
  PROJECTS,
  type ProjectName,
  ROLES,
} from "./settings.js";
import { addCommit, headOf, PEOPLE, type World } from "./world.js";

type Of<T extends WorldAction["type"]> = Extract<WorldAction, { readonly type: T }>;
type Plain = Exclude<WorldAction, Of<"deliver-all" | "ship">>;

export async function playWorld(model: Model, action: Plain): Promise<void> {
  switch (action.type) {
    case "lock":
    case "freeze":
      return hold(model, action);
    case "unlock":
    case "unfreeze":
      return release(model, action);
    case "tend-locks":
      return tendLocks(lockParts(model));
    default:
      return change(model.world, action);
  }
}

function change(
  world: World,
  action: Of<"clock" | "commit" | "ci" | "configure" | "roles" | "faults">,
): void {
  switch (action.type) {
    case "clock":
      world.clock += action.minutes * 60_000;
      return;
    case "commit":
      addCommit(world, action.project, action.branch);
      return;
    case "ci": {
      const sha = headOf(world, action.project, action.branch);
      if (sha !== undefined) world.ci.set(sha, action.state);
      return;
    }
    case "configure":
      world.variant = { ...world.variant, [action.change]: !world.variant[action.change] };
      world.config = configOf(world.variant);
      return;
    case "roles": {
      const id = PEOPLE[action.index] ?? "";
      const roles = ROLES.filter((_, bit) => (action.bits >> bit) % 2 === 1);
      world.roles.set(id, action.bits === 16 ? undefined : roles);
      return;
    }
    case "faults":
      world.faults.members = action.members;
      world.faults.github = action.github;
  }
}

function lockParts(model: Model) {
  return { ...model.parts(), notices: silentNotices };
}

function requestOf(
  model: Model,
  { who, project, environment }: Of<"lock" | "freeze" | "unlock" | "unfreeze">,
) {
  const places = ENVIRONMENTS.filter((name) => environment === "all" || name === environment);
  const roles = places.flatMap((name) => environmentOf(model.world.config, project, name).roles.deploy);
  return { person: model.who(who, roles), project, environment };
}

/** `/lock` and `/freeze`. What the answer says is what the oracle goes by. */
async function hold(model: Model, action: Of<"lock" | "freeze">): Promise<void> {
  const isLock = action.type === "lock";
  const request: LockRequest = {
    ...requestOf(model, action),
    reason: "we look at something",
    forSeconds: action.minutes * 60,
  };
  const outcome = await (isLock ? takeLock : startFreeze)(lockParts(model), request);
  model.count(`${action.type} ${outcome.kind}`);
  if (outcome.kind !== "locked") return;
  const until = outcome.lock.expiresAt ?? Number.POSITIVE_INFINITY;
  const entries = isLock ? model.world.locks : model.world.freezes;
  entries.set(scopeOf(action), { owner: request.person.id, until });
}

/** `/unlock` and `/unfreeze`. */
async function release(model: Model, action: Of<"unlock" | "unfreeze">): Promise<void> {
  const isLock = action.type === "unlock";
  const entries = isLock ? model.world.locks : model.world.freezes;
  const place = { ...action, ...(action.aimed ? placeOfFirst(entries) : {}) };
  const outcome = await (isLock ? releaseLock : endFreeze)(lockParts(model), requestOf(model, place));
  model.count(`${action.type} ${outcome.kind}`);
  if (outcome.kind === "unlocked") entries.delete(scopeOf(place));
}

interface Place {
  readonly project: ProjectName;
  readonly environment: EnvironmentName | "all";
}

function placeOfFirst(entries: World["locks"]): Partial<Place> {
  const [scope] = entries.keys();
  const project = PROJECTS.find((name) => scope?.startsWith(`${name}/`));
  if (project === undefined) return {};
  return { project, environment: ENVIRONMENTS.find((name) => scope?.endsWith(`/${name}`)) ?? "all" };
}

function scopeOf({ project, environment }: Of<"lock" | "freeze" | "unlock" | "unfreeze">): string {
  return `${project}/${environment === "all" ? "*" : environment}`;
}
