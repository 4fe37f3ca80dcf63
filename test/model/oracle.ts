import type { EnvironmentConfig } from "../../src/config/schema.js";
import type { DeploymentRecord, DeploymentState } from "../../src/deployments/record.js";
import type { HostTruth } from "./recording-host.js";
import { DEFAULT_BRANCH, environmentOf } from "./settings.js";
import { headOf, rolesOf, type World } from "./world.js";

/** One step that ran on a host, or one health check: the truth that the invariants are about. */
export interface ExecutedStep {
  readonly deployment: string;
  /** Names the step in its plan: host and words. */
  readonly key: string;
  /** All words of the command. */
  readonly words: readonly string[];
  readonly host: string | undefined;
}

/** A deployment as it was asked for, noted when the use case answered. */
export interface Known {
  readonly id: string;
  readonly number: number;
  readonly kind: DeploymentRecord["kind"];
  readonly project: string;
  readonly environment: string;
  readonly sha: string;
  /** The branch that named it; undefined where the commit itself was meant. */
  readonly branch: string | undefined;
  readonly requester: string | undefined;
  readonly breakGlass: boolean;
  /** The environment's configuration when it was asked for. */
  readonly config: EnvironmentConfig;
  readonly askedAt: number;
  /** How much had happened on the hosts, at the least, when it was asked for. */
  readonly eventsBefore: number;
  /** A process that worked on it was killed: what that one would still have written down may be missing. */
  killed: boolean;
  /** The world in which a worker was let through to run it: whoever goes on with it asks no gate again. */
  startedIn: World | undefined;
  /** The delivery that its job belongs to: one that came before it cannot end the job any more. */
  deliveredTo: string;
}

interface Click {
  readonly userId: string;
  readonly at: number;
  readonly mightApprove: boolean;
  readonly mightConfirm: boolean;
}

type TruthOf = (host: string, place: Pick<Known, "project" | "environment">) => HostTruth;

type Moment = "admitted" | "approved" | "ran";

/** A promise of the product that did not hold. */
export class InvariantError extends Error {
  readonly invariant: string;

  constructor(invariant: string, facts: object) {
    // A configuration is long, and the same in every message.
    super(`${invariant}: ${JSON.stringify(facts, (name, value) => (name === "config" ? "…" : value))}`);
    this.name = "InvariantError";
    this.invariant = invariant;
  }
}

/**
 * Judges what really ran. It knows the world and what people did, and reads no record to decide what may run; the
 * gates of the product are computed here a second time, as plainly as possible.
 */
export class Oracle {
  readonly steps: ExecutedStep[] = [];
  readonly known = new Map<string, Known>();
  readonly finals = new Map<string, DeploymentState>();
  readonly clicks = new Map<string, Click[]>();
  readonly #violations: InvariantError[] = [];
  readonly #truthOf: TruthOf;

  /** @param truthOf what is really on a host of an environment */
  constructor(truthOf: TruthOf) {
    this.#truthOf = truthOf;
  }

  violate(invariant: string, facts: object): void {
    this.#violations.push(new InvariantError(invariant, facts));
  }

  /** @throws InvariantError for the first thing that went wrong since the last call */
  check(): void {
    const [first] = this.#violations;
    if (first !== undefined) throw first;
  }

  /** @param sourceIsStill nothing ran meanwhile on the environment before this one */
  admitted(deployment: Known, world: World, now: number, sourceIsStill: boolean): void {
    if (this.known.has(deployment.id)) return;
    this.known.set(deployment.id, deployment);
    this.#checkStanding("admitted", deployment, world, now);
    if (deployment.kind === "rollback") this.#checkRollback(deployment);
    else if (sourceIsStill) this.#checkOrder("admitted", deployment, world);
    if (deployment.kind !== "rollback") this.#checkOutdated(deployment, world);
  }

  /**
   * Somebody typed a word.
   * @param told that it counts; else nobody knows what became of it
   */
  approved(id: string, userId: string, word: string, world: World, at: number, told: boolean): void {
    const deployment = this.known.get(id);
    if (deployment === undefined) return;
    if (told) {
      this.#checkStanding("approved", deployment, world, at);
      this.#checkUnchanged("approved", deployment, world, world);
      if (deployment.kind !== "rollback") this.#checkOrder("approved", deployment, world);
    }
    if (word !== "DEPLOY") return;
    const { approval } = deployment.config;
    const own = deployment.requester === userId;
    const ownCounts = !deployment.breakGlass && (approval === undefined || approval.requesterMayApprove);
    const inTime = at < deployment.askedAt + (approval?.expiresAfter ?? 1800) * 1000;
    const given = this.clicks.get(id) ?? [];
    const counts = inTime && (!own || ownCounts);
    const { project, environment } = deployment;
    const { roles } = environmentOf(world.config, project, environment);
    const mightApprove = counts && hasOneOf(rolesOf(world, userId), roles.approve);
    const mightConfirm = counts && (mightApprove || hasOneOf(rolesOf(world, userId), roles.deploy));
    this.clicks.set(id, [...given, { userId, at, mightApprove, mightConfirm }]);
  }

  /** Called before the step takes effect. @param world as it was when the run began */
  stepStarted(step: ExecutedStep, world: World, live: World, sourceIsStill: boolean): void {
    const deployment = this.known.get(step.deployment);
    if (deployment === undefined) {
      this.violate("only what was asked for runs", { step });
      return;
    }
    const isFirst = !this.steps.some((other) => other.deployment === step.deployment);
    const isDouble = this.steps.some(({ deployment: id, key }) => id === step.deployment && key === step.key);
    this.steps.push(step);
    // A check of Slipway's own is asked again by whoever goes on.
    if (isDouble && step.host !== undefined) this.violate("no step runs twice", { step });
    this.#checkStep(deployment, step);
    if (!isFirst) return;
    if (this.finals.has(deployment.id)) this.violate("nothing runs after its end", { deployment });
    this.#checkStanding("ran", deployment, world, live.clock);
    this.#checkApproval(deployment, world);
    this.#checkUnchanged("ran", deployment, world, live);
    if (deployment.kind !== "rollback" && sourceIsStill) this.#checkOrder("ran", deployment, world);
  }

  /** The commit that really runs on the first host of an environment. */
  applicationOn(world: World, place: Pick<Known, "project" | "environment">): string | undefined {
    const [host = ""] = environmentOf(world.config, place.project, place.environment).hosts;
    return this.#truthOf(host, place).application;
  }

  /** The commit, the directory and the host are those that were asked for. */
  #checkStep(deployment: Known, { words, host }: ExecutedStep): void {
    const { project, environment, sha } = deployment;
    const text = words.join(" ");
    const shas = text.match(/\b[0-9a-f]{40}\b/g) ?? [];
    const isOurs = text.includes(`${project}-${environment}`);
    const isOurHost = host === undefined || host in { "web-1": 1, "web-2": 1 };
    const savesPoint = words.includes("save-rollback-point");
    if (!isOurs || !isOurHost || (!savesPoint && shas.some((other) => other !== sha))) {
      this.violate("only the right commit on the right environment", { deployment, text, host });
    }
    const truth = savesPoint ? this.#truthOf(host ?? "", deployment) : undefined;
    if (truth?.restart?.endedWell === true && shas.some((other) => other !== truth.application)) {
      this.violate("the rollback point is what runs", { deployment, text, truth });
    }
  }

  /** Whether a person's lock holds, and whether a freeze does. */
  held(
    world: World,
    place: Pick<Known, "project" | "environment">,
  ): { isLocked: boolean; isFrozen: boolean } {
    const { freeze } = environmentOf(world.config, place.project, place.environment);
    const holds = (entries: World["locks"]) =>
      scopesOf(place).some((scope) => (entries.get(scope)?.until ?? 0) > world.clock);
    const isFrozen = holds(world.freezes) || (freeze.length > 0 && isWeekend(world.clock));
    return { isLocked: holds(world.locks), isFrozen };
  }

  /** Role, locks and freezes. A moment in which they changed is left to both. */
  #checkStanding(when: Moment, deployment: Known, world: World, now: number): void {
    const { requester, kind, breakGlass, project, environment } = deployment;
    const { roles, locks: policy, freeze } = environmentOf(world.config, project, environment);
    const held = requester === undefined ? [] : rolesOf(world, requester);
    const mayApprove = hasOneOf(held, roles.approve);
    const mayAsk = hasOneOf(held, roles.deploy) || (kind === "rollback" && mayApprove);
    if (requester !== undefined && !mayAsk)
      this.violate(`${when}: the requester has the role`, { deployment });
    if (requester !== undefined && world.faults.members && when !== "admitted") {
      this.violate(`${when}: roles that nobody can read count as lost`, { deployment });
    }
    for (const scope of scopesOf(deployment)) {
      const lock = world.locks.get(scope);
      if (lock === undefined || lock.until <= now) continue;
      const passes =
        (policy.ownerMayDeploy && requester === lock.owner) || (policy.approversMayDeploy && mayApprove);
      if (!passes) this.violate(`${when}: no lock stops it`, { deployment, lock });
    }
    if (kind === "rollback" || breakGlass) return;
    const frozen = scopesOf(deployment).some((scope) => (world.freezes.get(scope)?.until ?? 0) > now);
    const inWindow = freeze.length > 0 && isWeekend(world.clock) && isWeekend(now);
    if (frozen || inWindow) this.violate(`${when}: no freeze stops it`, { deployment, inWindow });
  }

  #checkApproval(deployment: Known, world: World): void {
    const { id, kind, config, breakGlass, project, environment } = deployment;
    const { approval, roles } = environmentOf(world.config, project, environment);
    const clicks = this.clicks.get(id) ?? [];
    if (breakGlass && !clicks.some(({ mightConfirm }) => mightConfirm)) {
      this.violate("a broken glass needs a second person", { deployment });
    }
    if (approval === undefined || (kind === "rollback" && !approval.rollbacks)) return;
    const people = clicks.filter(
      ({ userId, mightApprove }) => mightApprove && hasOneOf(rolesOf(world, userId), roles.approve),
    );
    const quorum = Math.max(approval.quorum, config.approval?.quorum ?? 1);
    if (new Set(people.map(({ userId }) => userId)).size < quorum) {
      this.violate("an approval for everything on a protected environment", { deployment, quorum, clicks });
    }
  }

  /** What was approved is what runs: the branch stands where it stood, the plan is the same. */
  #checkUnchanged(when: Moment, deployment: Known, world: World, live: World): void {
    const { kind, branch, sha, config, project, environment } = deployment;
    const now = environmentOf(world.config, project, environment);
    if (now.approval === undefined || (kind === "rollback" && !now.approval.rollbacks)) return;
    if (planOf(config) !== planOf(now)) this.violate(`${when}: the plan is what was shown`, { deployment });
    if (kind !== "deploy" || branch === undefined) return;
    const heads = [headOf(world, project, branch), headOf(live, project, branch)];
    if (!heads.some((head) => head === sha))
      this.violate(`${when}: the commit is still the branch's`, { deployment });
    if (world.faults.github)
      this.violate(`${when}: a branch that nobody can read counts as moved`, { deployment });
  }

  #checkOrder(when: Moment, deployment: Known, world: World): void {
    const { project, environment, sha } = deployment;
    const { from } = environmentOf(world.config, project, environment);
    if (from === undefined) return;
    const place = { project, environment: from };
    const hosts = environmentOf(world.config, project, from).hosts.map((host) => this.#truthOf(host, place));
    const validated = world.faults.github ? "unknown" : (world.ci.get(sha) ?? "passed");
    const ranThere = hosts.every(
      ({ application, restart }) =>
        application === sha && restart !== undefined && this.finals.get(restart.deployment) === "succeeded",
    );
    if (!ranThere || validated !== "passed") {
      this.violate(`${when}: only what runs, validated, on the environment before`, {
        deployment,
        hosts,
        validated,
      });
    }
  }

  #checkOutdated({ project, environment, sha, ...deployment }: Known, world: World): void {
    const { outdated, ref } = environmentOf(world.config, project, environment);
    // A promotion means an older commit on purpose.
    if (outdated !== "refuse" || deployment.kind === "promote") return;
    if (headOf(world, project, ref ?? DEFAULT_BRANCH) !== sha)
      this.violate("nothing outdated where it is refused", { ...deployment, sha });
  }

  #checkRollback(deployment: Known): void {
    const ranBefore = [...this.known.values()].some(
      ({ id, sha, ...place }) =>
        placeOf(place) === placeOf(deployment) &&
        sha === deployment.sha &&
        this.finals.get(id) === "succeeded",
    );
    if (!ranBefore) this.violate("a rollback goes to what succeeded there before", { deployment });
  }
}

export function placeOf({ project, environment }: Pick<Known, "project" | "environment">): string {
  return `${project}/${environment}`;
}

function scopesOf({ project, environment }: Pick<Known, "project" | "environment">): readonly string[] {
  return [`${project}/${environment}`, `${project}/*`];
}

/** Friday 16:00 until Monday 08:00, in UTC. */
function isWeekend(at: number): boolean {
  const date = new Date(at);
  const day = date.getUTCDay();
  const hour = date.getUTCHours();
  return (day === 5 && hour >= 16) || day === 6 || day === 0 || (day === 1 && hour < 8);
}

function planOf({ hosts, strategy, backup, health }: EnvironmentConfig): string {
  return JSON.stringify([hosts, strategy, backup, health]);
}

function hasOneOf(roles: readonly string[], allowed: readonly string[] = []): boolean {
  return allowed.some((role) => roles.includes(role));
}
