import { cancelDeployment } from "../../src/app/cancel-deployment.js";
import { approve, expireApproval, refuse } from "../../src/app/decide-approval.js";
import { deployPush } from "../../src/app/deploy-push.js";
import type { ActionOutcome, RequestOutcome } from "../../src/app/outcomes.js";
import {
  type DeploymentRequest,
  deployAgain,
  promote,
  requestDeployment,
} from "../../src/app/request-deployment.js";
import { retryDeployment, rollBack, rollBackDeployment } from "../../src/app/roll-back.js";
import { Sha } from "../../src/deployments/release.js";
import type { SimpleAction } from "./actions.js";
import type { Model, Moment } from "./model.js";
import type { Known } from "./oracle.js";
import { environmentOf } from "./settings.js";
import { SimulatedProcess } from "./simulated-process.js";
import { addCommit, branchKey, headOf, tick } from "./world.js";

type Of<T extends SimpleAction["type"]> = Extract<SimpleAction, { readonly type: T }>;

/** `/deploy`. */
export async function playDeploy(model: Model, action: Of<"deploy">, moment: Moment): Promise<void> {
  const { project, environment, breakGlass, again } = action;
  const { deploy } = environmentOf(model.world.config, project, environment).roles;
  const person = model.who(action.who, deploy);
  const named = refOf(model, action);
  const ref = { ...(named !== undefined && { ref: named }) };
  const request = { ...requestOf(model, again), person, project, environment, ...ref };
  const outcome = await alive(moment, () =>
    deployAlsoAgain(model, { ...request, ...(breakGlass !== undefined && { breakGlass }) }),
  );
  const isSha = Sha.safeParse(named).success;
  const branch = isSha ? undefined : named;
  const sha = isSha ? named : headOf(model.world, project, named ?? "");
  noteRequest(model, outcome, { sha: again ? undefined : sha, branch, requester: person.id }, moment);
}

/** Presses *Deploy again* where that is asked, after a look at whether the commit does run there. */
async function deployAlsoAgain(model: Model, request: DeploymentRequest): Promise<Noted> {
  const outcome = await requestDeployment(model.parts(), request);
  if (outcome.kind !== "runs-already") return outcome;
  const { again } = outcome;
  const runs = model.oracle.applicationOn(model.world, again);
  if (runs !== again.sha) throw new Error(`${runs} runs, and Slipway said that ${again.sha} does`);
  model.count("asked to deploy again");
  const pressed = await deployAgain(model.parts(), again, request.person);
  return pressed.kind === "started" ? { ...pressed, kind: "accepted" } : pressed;
}

function refOf({ world }: Model, { project, ref }: Of<"deploy">): string | undefined {
  if (ref === "unknown") return "no-such-branch";
  if (ref !== "commit") return ref;
  const commits = world.branches.get(branchKey(project, "release")) ?? [];
  return commits.at(Math.min(0, 2 - commits.length));
}

/** `/promote`: what really runs on the other environment, and nothing else. */
export async function playPromote(model: Model, action: Of<"promote">, moment: Moment): Promise<void> {
  const { project, from, to } = action;
  const person = model.who(action.who, environmentOf(model.world.config, project, to).roles.deploy);
  const request = { ...requestOf(model, false), person, project, from, to };
  const sha = model.oracle.applicationOn(model.world, { project, environment: from }) ?? "nothing";
  const outcome = await alive(moment, () => promote(model.parts(), request));
  noteRequest(model, outcome, { sha, branch: undefined, requester: person.id }, moment);
}

/** `/rollback`. */
export async function playRollback(model: Model, action: Of<"rollback">, moment: Moment): Promise<void> {
  const { project, environment } = action;
  const { deploy, approve: approvers = [] } = environmentOf(model.world.config, project, environment).roles;
  const person = model.who(action.who, [...deploy, ...approvers]);
  const goal = action.to === undefined ? undefined : model.picked(action.to)?.id;
  const request = { ...requestOf(model, false), person, project, environment };
  const outcome = await alive(moment, () =>
    rollBack(model.parts(), { ...request, ...(goal !== undefined && { to: goal }) }),
  );
  noteRequest(model, outcome, { sha: undefined, branch: undefined, requester: person.id }, moment);
}

/** The buttons *Roll back* and *Retry*. */
export async function playAgain(
  model: Model,
  { type, who, pick }: Of<"roll-back-button" | "retry">,
  moment: Moment,
): Promise<void> {
  const known = model.picked(pick);
  if (known === undefined) return;
  const { deploy } = environmentOf(model.world.config, known.project, known.environment).roles;
  const person = model.who(who, deploy);
  const { requestId } = requestOf(model, false);
  const use = type === "retry" ? retryDeployment : rollBackDeployment;
  const outcome = await alive(moment, () => use(model.parts(), known.id, person, requestId));
  if (outcome.kind !== "started") return;
  const sha = type === "retry" ? known.sha : undefined;
  model.admitted(outcome.record, { sha, branch: undefined, requester: person.id }, moment);
}

/** A word in the form behind *Approve…*. */
export async function playApprove(model: Model, action: Of<"approve">, moment: Moment): Promise<void> {
  const known = model.picked(action.pick);
  if (known === undefined) return;
  const { approve: approvers = [] } = environmentOf(
    model.world.config,
    known.project,
    known.environment,
  ).roles;
  const asker = action.own ? known.requester : undefined;
  const person =
    asker === undefined ? model.who(action.who, approvers, known.requester) : model.person(asker);
  const at = tick(model.world);
  const before = moment.crowd ? moment.before : model.world;
  const process = new SimulatedProcess(action.kill, moment.jitter);
  const outcome = await process.run(() => approve(model.parts(), known.id, person, action.word));
  if (outcome === "killed") known.killed = true;
  else if (!counts(outcome)) return;
  else noteCounted(model, known, outcome);
  const told = outcome !== "killed" && !moment.crowd;
  model.oracle.approved(known.id, person.id, action.word, before, at, told);
}

function counts(outcome: ActionOutcome): boolean {
  return outcome.kind === "counted" || (outcome.kind === "done" && outcome.record.state !== "void");
}

function noteCounted(model: Model, known: Known, outcome: ActionOutcome): void {
  const counted = (model.counted.get(known.id) ?? 0) + 1;
  model.counted.set(known.id, counted);
  model.count(`approval ${outcome.kind}`);
  const quorum = known.config.approval?.quorum ?? 1;
  if (counted > quorum) model.oracle.violate("nobody approves what is approved already", { known, counted });
}

/** *Refuse*, *Cancel*, and the end of the time. */
export async function playEnd(
  model: Model,
  action: Of<"refuse" | "cancel"> | Of<"expire">,
  moment: Moment,
): Promise<void> {
  const known = model.picked(action.pick);
  if (known === undefined) return;
  if (action.type === "expire") {
    await alive(moment, () => expireApproval(model.parts(), known.id));
    return;
  }
  const { roles } = environmentOf(model.world.config, known.project, known.environment);
  const person = model.who(action.who, roles.approve ?? []);
  const use = action.type === "refuse" ? refuse : cancelDeployment;
  const outcome = await alive(moment, () => use(model.parts(), known.id, person));
  model.count(`${action.type} ${outcome.kind}`);
}

/** GitHub tells of a push; or tells again of one that it told of before. */
export async function playPush(
  model: Model,
  { project, branch, again }: Of<"push">,
  moment: Moment,
): Promise<void> {
  const { world } = model;
  const commits = world.branches.get(branchKey(project, branch)) ?? [];
  const sha = again ? commits.at(-1) : addCommit(world, project, branch);
  if (sha === undefined) return;
  const before = commits.at(again ? -2 : -1) ?? "0".repeat(40);
  const release = { sha, ref: branch, subject: "Sell more", author: "Ada" };
  const repository = `acme/${project}`;
  const push = { repository, branch, before, release, pusher: "ada", forced: false };
  const followed = await alive(moment, () => deployPush(model.parts(), push, sha));
  for (const { outcome } of followed) {
    if (outcome.kind !== "accepted") continue;
    model.admitted(outcome.record, { sha, branch, requester: undefined }, moment);
  }
}

function requestOf(model: Model, again: boolean): { readonly requestId: string } {
  if (!again) model.requests += 1;
  return { requestId: String(model.requests) };
}

type Noted = RequestOutcome | Extract<ActionOutcome, { kind: "refused" }>;

function noteRequest(
  model: Model,
  outcome: Noted,
  wish: Parameters<Model["admitted"]>[1],
  moment: Moment,
): void {
  if (outcome.kind === "accepted") model.admitted(outcome.record, wish, moment);
  else model.count(`refused ${outcome.refusal.code}`);
}

/** A process that nobody kills. */
async function alive<T>({ jitter }: Moment, call: () => Promise<T>): Promise<T> {
  const done = await new SimulatedProcess(undefined, jitter).run(call);
  if (done === "killed") throw new Error("nobody kills this one");
  return done;
}
