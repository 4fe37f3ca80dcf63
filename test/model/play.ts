import type { Action, SimpleAction, WorldAction } from "./actions.js";
import type { Model, Moment } from "./model.js";
import {
  playAgain,
  playApprove,
  playDeploy,
  playEnd,
  playPromote,
  playPush,
  playRollback,
} from "./play-requests.js";
import { deliver, deliverAll } from "./play-runs.js";
import { playWorld } from "./play-world.js";
import { addCommit, snapshotOf } from "./world.js";

/** Plays one action and judges what came of it. @throws InvariantError */
export async function play(model: Model, action: Action): Promise<void> {
  await act(model, action);
  await model.settle();
}

async function act(model: Model, action: Action): Promise<void> {
  const before = snapshotOf(model.world);
  if (action.type === "together") {
    const acts = action.actions.map((each, index) =>
      playSimple(model, alone(each), { before, jitter: action.jitter + index, crowd: true }),
    );
    await Promise.all(acts);
    return;
  }
  const moment = { before, jitter: 0, crowd: false };
  if (action.type === "deliver-all") return deliverAll(model, action.fault);
  if (action.type === "ship") return ship(model, action);
  return isSimple(action) ? playSimple(model, action, moment) : playWorld(model, action);
}

async function playSimple(model: Model, action: SimpleAction, moment: Moment): Promise<void> {
  switch (action.type) {
    case "deploy":
      return playDeploy(model, action, moment);
    case "promote":
      return playPromote(model, action, moment);
    case "rollback":
      return playRollback(model, action, moment);
    case "roll-back-button":
    case "retry":
      return playAgain(model, action, moment);
    case "approve":
      return playApprove(model, action, moment);
    case "refuse":
    case "cancel":
    case "expire":
      return playEnd(model, action, moment);
    case "push":
      return playPush(model, action, moment);
    case "deliver": {
      const id = model.picked(action.pick)?.id ?? "";
      return deliver(model, id, action, moment, (inner) => act(model, inner));
    }
  }
}

const NEWEST = { among: "open", back: 0 } as const;

/** The usual way of a commit. */
async function ship(model: Model, action: Extract<WorldAction, { type: "ship" }>): Promise<void> {
  const { project, until, disturbed } = action;
  const [afterRequest, afterApproval] = disturbed;
  const able = { able: true, index: 0 };
  const common = {
    type: "deploy",
    who: able,
    project,
    ref: "release",
    breakGlass: undefined,
    again: false,
  } as const;
  addCommit(model.world, project, "release");
  await play(model, { ...common, environment: "preprod" });
  await play(model, { type: "approve", who: able, pick: NEWEST, word: "DEPLOY", kill: undefined });
  await play(model, { type: "deliver-all" });
  if (until === "validated") return;
  await play(model, { ...common, environment: "prod" });
  if (afterRequest) await play(model, afterRequest);
  if (until === "asked") return;
  if (action.rush) await play(model, action.rush);
  else await approveByAll(model);
  if (afterApproval) await play(model, afterApproval);
  if (until === "run") await play(model, { type: "deliver-all", fault: action.fault });
}

async function approveByAll(model: Model): Promise<void> {
  for (const index of [0, 1, 2]) {
    const who = { able: true, index };
    await play(model, { type: "approve", who, pick: NEWEST, word: "DEPLOY", kill: undefined });
  }
}

/** What happens in the middle of a run changes the world, which must stand still while others act. */
function alone(action: SimpleAction): SimpleAction {
  return action.type === "deliver" ? { ...action, meanwhile: undefined } : action;
}

const SIMPLE: ReadonlySet<Action["type"]> = new Set<SimpleAction["type"]>([
  ...["deploy", "promote", "rollback", "roll-back-button", "retry", "approve", "refuse"],
  ...["cancel", "expire", "push", "deliver"],
] as SimpleAction["type"][]);

function isSimple(action: Action): action is SimpleAction {
  return SIMPLE.has(action.type);
}
