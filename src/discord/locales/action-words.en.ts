import type { ActionWords, OwnActionRefusal } from "./action-words.js";
import { command } from "./command-names.js";
import { enumerate } from "./enumerate.js";

const decided: ActionWords["decided"] = {
  "awaiting-approval": "it still waits for its approval",
  queued: "it is approved and waits for its turn",
  running: "it is running",
  succeeded: "it has succeeded",
  failed: "it has failed",
  superseded: "a newer one took its place",
  cancelled: "it was cancelled",
  refused: "it was refused",
  expired: "nobody approved it in time",
  void: "it is void",
  indeterminate: "it was interrupted",
};

export const actionWordsEn: ActionWords = {
  button: {
    approve: "Approve…",
    refuse: "Refuse",
    cancel: "Cancel",
    stop: "Stop now",
    "mark-failed": "Mark failed",
    "run-again": "Run again",
    rollback: "Roll back",
    retry: "Retry",
    unlock: "Unlock",
    "deploy-newest": "Deploy newest",
    "deploy-again": "Deploy again",
  },
  form: {
    title: {
      deploy: (environment) => `Deploy to ${environment}?`,
      promote: (environment) => `Promote to ${environment}?`,
      rollback: (environment) => `Roll back ${environment}?`,
    },
    label: (commit, environment) => `Type DEPLOY for ${commit} → ${environment}`,
  },
  approved: (number) => `Approved. Deployment #${number} is on its way.`,
  counted: (number, missing) =>
    `Your approval of deployment #${number} counts. ${missing === 1 ? "1 more person" : `${missing} more people`} must approve.`,
  voided: (number) =>
    `Not approved: deployment #${number} is void, and its message says why. Nothing was changed.`,
  refused: (number) => `Refused. Deployment #${number} does not run.`,
  cancelled: (number) => `Cancelled. Deployment #${number} does not run; nothing was changed.`,
  stopping: (number) =>
    `Deployment #${number} stops after its current step. Its message will say which state each host is in.`,
  stoppingNow: (number) =>
    `The current step of deployment #${number} is being ended on its host. The message will say which state each host is in.`,
  markedFailed: (number) => `Deployment #${number} counts as failed now.`,
  runsAgain: (number) => `Deployment #${number} goes on with the step that broke off.`,
  refusal,
  decided,
  foreign: `This button has expired, or it does not belong to this message. Nothing was changed. ${command("status", "en")} shows how things stand.`,
  pressAgain: "That took too long to open the form. Nothing was changed; press the button again.",
  failed: `Internal error in Slipway; the details are in its log. It is not known whether anything was changed: check the message or ${command("status", "en")} before you press again.`,
};

function refusal(refusal: OwnActionRefusal): string {
  switch (refusal.code) {
    case "not-found":
      return "Slipway does not know this deployment any more. Nothing was changed.";
    case "settled-already":
      return "This was settled already; its message says how. Nothing was changed.";
    case "already-decided":
      return `Too late: ${decided[refusal.state]}. Nothing was changed.`;
    case "not-approver":
      return refusal.roles.length === 0
        ? `Nobody may approve for **${refusal.environment}**: the configuration names no role under \`roles.approve\`.`
        : `You may not decide for **${refusal.environment}**. These roles may: ${enumerate(refusal.roles.map((id) => `<@&${id}>`))}.`;
    case "own-request":
      return "You asked for this deployment, so somebody else must approve it. Nothing was changed.";
    case "approved-already":
      return "You have approved this already; each person counts once. Somebody else must approve, too.";
    case "wrong-word":
      return `Nothing was changed: you typed \`${refusal.typed}\`. To approve, press the button again and type exactly \`DEPLOY\`, in capitals.`;
    case "cancel-requested-already":
      return "It was cancelled already: it stops after its current step.";
    case "runs-no-longer":
      return `That commit is no longer known to run on every host of **${refusal.environment}**. Nothing was started; request it again.`;
    case "newer-ran":
      return `It cannot go on: deployment #${refusal.number} has run there since. Ask for a new deployment.`;
  }
}
