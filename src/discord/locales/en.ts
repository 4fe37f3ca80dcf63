import type { Failure } from "../../deployments/record.js";
import { actionWordsEn } from "./action-words.en.js";
import { approvalWordsEn, endedWordsEn } from "./approval-words.en.js";
import { changesWordsEn } from "./changes-words.en.js";
import { command } from "./command-names.js";
import { droppedWordsEn } from "./dropped-words.en.js";
import { hostStateEn } from "./host-words.en.js";
import { nextWordsEn } from "./next-words.en.js";
import { notRunEn, notStartedEn, probeReasonEn, unreachableBecauseEn } from "./probe-words.en.js";
import { refusalEn } from "./refusal-words.en.js";
import { statusWordsEn } from "./status-words.en.js";
import type { Words } from "./words.js";

export const en: Words = {
  headline: {
    "awaiting-approval": (environment) => `${environment} - Approval needed`,
    queued: (environment) => `${environment} - Deployment waiting`,
    running: (environment) => `${environment} - Deployment started`,
    succeeded: (environment) => `${environment} - Deployment succeeded ✅`,
    failed: (environment) => `${environment} - Deployment failed`,
    superseded: (environment) => `${environment} - Deployment replaced`,
    cancelled: (environment) => `${environment} - Deployment cancelled`,
    refused: (environment) => `${environment} - Approval refused`,
    expired: (environment) => `${environment} - Approval expired`,
    void: (environment) => `${environment} - Approval void`,
    indeterminate: (environment) => `${environment} - Deployment broken off, state unknown`,
  },
  fields: {
    project: "Project",
    commit: "Commit",
    author: "Author",
    requestedBy: "Requested by",
    approvals: "Approvals",
    approvedBy: "Approved by",
    ci: "CI",
    expires: "Expires",
    environments: "Other environments",
    checklist: "Before you approve",
    hosts: "State of the hosts",
    next: "Next steps",
  },
  step: {
    backup: "Make the backup",
    "check-host": "Check the host",
    "save-rollback-point": "Save the rollback point",
    fetch: "Fetch the commit",
    checkout: "Move the checkout",
    restart: "Restart",
    health: "Health check",
  },
  failure,
  probeReason: probeReasonEn,
  failedStep: (title) => `Failed at **${title}**`,
  lastLines: { step: "Last lines of its output:", diagnostics: "The diagnostics say:" },
  fileRefused:
    "Discord did not take the file: it is too large for this server, or Slipway lacks the permission **Attach Files** in this channel.",
  log: {
    complete: "The complete log is attached.",
    cut: "The log is attached. Long outputs are shortened in the middle; the file says where.",
    incomplete: "The log is attached, but part of the output is missing; the file says where.",
    gone: "Slipway no longer keeps this log.",
  },
  hostState: hostStateEn,
  next: nextWordsEn,
  originPush: (branch, pusher) => `push to ${branch} by ${pusher}`,
  originSchedule: "the schedule",
  originBake: (deployment) => `Slipway: #${deployment} did not hold`,
  figures: { decimal: ".", unit: " ", percent: "" },
  labelled: (name, text) => `${name}: ${text}`,
  queue: (position, startsAt) =>
    position === 1
      ? `Next in the queue${startsAt === undefined ? "" : `, starts ${startsAt}`}`
      : `Number ${position} in the queue${startsAt === undefined ? "" : `, starts ${startsAt}`}`,
  started: (at) => `started ${at}`,
  tookSeconds: (seconds) => `took ${seconds}`,
  moreSteps: (count) => (count === 1 ? "1 more step" : `${count} more steps`),
  approval: approvalWordsEn,
  changes: changesWordsEn,
  ended: endedWordsEn,
  dropped: droppedWordsEn,
  action: actionWordsEn,
  status: statusWordsEn,
  refusal: refusalEn,
  call: {
    failed: (mention, number, target) => `${mention} Deployment #${number} to **${target}** failed.`,
    indeterminate: (mention, number, target) =>
      `${mention} Deployment #${number} to **${target}** was interrupted. Its state is unknown: check the hosts.`,
    rolledBack: (mention, bad, target, number) =>
      `${mention} Deployment #${bad} to **${target}** failed its bake period. Deployment #${number} restores the previous release.`,
  },
  memoryLost:
    "**Slipway has lost its memory.** Its Redis was emptied: deployments, locks, freezes and approvals that it knew are gone, and their messages stay as they are. Nothing is deployed by itself. A step that was running on a host goes on there: look at the hosts, set the locks that you need again, then deploy anew.",
  repository: {
    renamed: ({ project, repository, name }) =>
      `📛 The repository of **${project}** is now called \`${name}\` on GitHub. Its pushes are still deployed. Change \`projects.${project}.repository\` from \`${repository}\` to \`${name}\` in the configuration, and the remote of the checkout on each host: the old name leads there only until another repository takes it.`,
    taken: ({ project, repository, id }) =>
      `⚠️ The name \`${repository}\`, configured for **${project}**, now belongs to another repository on GitHub (id ${id}). Its pushes are not deployed. Nothing was changed. If your repository was renamed, change \`projects.${project}.repository\` to its new name, and the remote of the checkout on each host. If the other repository is to be deployed, set \`projects.${project}.repositoryId\` to \`${id}\`.`,
  },
  reply: {
    accepted: (number, target, commit, channel) =>
      `Deployment #${number} of ${commit} to **${target}** is on its way. Follow it in ${channel}.`,
    already: (number, target, commit, channel) =>
      `Deployment #${number} already brings ${commit} to **${target}**. Nothing was started. Follow it in ${channel}.`,
    runsAlready: (target, runs) =>
      `This commit already runs on **${target}**:\n${runs}\nNothing was started. Deploy it again?`,
    awaitsApproval: (number, target, commit, channel, expires) =>
      `Deployment #${number} of ${commit} to **${target}** waits for its approval in ${channel}; it expires ${expires}.`,
    runs: (commit, when, by) => `${commit} · ${when} · ${by}`,
    running: (number, commit) => `#${number} is running: ${commit}`,
    waiting: (count) => (count === 1 ? "1 deployment waits" : `${count} deployments wait`),
    awaiting: (count) =>
      count === 1 ? "1 deployment waits for its approval" : `${count} deployments wait for their approval`,
    historyOf: (target) => `The last deployments to ${target}`,
    moreEnvironments: (count) =>
      `… and ${count} more: name an environment or a project to see ${count === 1 ? "it" : "them"}`,
    noHistory: "No deployment yet.",
    left: {
      release: (commit) => `left ${commit} running`,
      mixed: "left different releases running",
      unknown: "left it unknown what runs",
    },
    ago: (count, unit) => `${count} ${{ minute: "min", hour: "h", day: "d" }[unit]} ago`,
    unseen: {
      closed: (channel) =>
        `Slipway may not post in ${channel}: nobody else sees this deployment, and nobody is notified. Give Slipway the permissions **View Channel**, **Send Messages** and **Embed Links** there. Until then, its buttons are here: whoever may approve gets them by sending the same command.`,
      gone: (channel) =>
        `The channel ${channel} of the configuration does not exist: nobody else sees this deployment, and nobody is notified. Tell whoever runs Slipway. Until then, its buttons are here: whoever may approve gets them by sending the same command.`,
    },
    unknownCommand: "This version of Slipway does not know that command. Reload Discord and try again.",
    wrongGuild: "Slipway works for another server. Ask the person who set it up.",
    unavailable: "Slipway cannot reach Redis. Nothing was started. Try again in a minute.",
    writeRefused:
      "Redis accepts no changes at the moment: it is full or read-only. Nothing was changed. Tell the operator of Slipway, and try again later.",
    failed: `Internal error in Slipway; the details are in its log. It is not known whether your command was carried out: check ${command("status", "en")} before you try again.`,
    unreadable:
      "Discord sent this in a form that Slipway cannot read. Nothing was done. Try again; if it happens again, tell whoever runs Slipway.",
    answeredLate: (person) =>
      `${person} Discord did not take the answer to your request in time. Slipway has processed the request: check ${command("status", "en")} and this channel before you send it again.`,
  },
};

function failure(failure: Failure): string {
  switch (failure.code) {
    case "exited":
      return `The command ended with exit code ${failure.exitCode}.`;
    case "killed":
      return `The command was ended by signal ${failure.signal}.`;
    case "timed-out":
      return `The command did not end within ${failure.seconds} s and was stopped.`;
    case "lost":
      return lost(failure);
    case "runner-died":
      return "The process that watched over the command on the host was killed: nobody knows what the command did.";
    case "unreachable":
      return `The host ${failure.host} could not be reached (${unreachableBecauseEn(failure)}).`;
    case "not-started":
      return `Nothing was started on ${failure.host}: ${notStartedEn(failure)}`;
    case "not-run":
      return `Slipway signed in to ${failure.host}, but the host did not run the command ${notRunEn(failure)}.`;
    case "unknown-host-key":
      return `The host ${failure.host} showed a key that is not in the configuration: \`${failure.seen}\`.`;
    case "unhealthy":
      return `Not healthy after ${failure.attempts === 1 ? "1 attempt" : `${failure.attempts} attempts`}: ${probeReasonEn(failure.reason)} (\`${failure.url}\`).`;
    case "interrupted":
      return "Slipway was stopped while this deployment ran.";
    case "plan-changed":
      return "The configuration changed while this deployment ran, and it would run other steps now: what was begun came to its end, the rest was not run.";
    case "configuration":
      return "The configuration does not have this environment any more.";
    case "internal":
      return `Slipway itself failed (${failure.message}); its log says more.`;
  }
}

function lost({ cause, said }: Extract<Failure, { code: "lost" }>): string {
  const quote = said === undefined ? "" : ` The host answered: \`${said}\`.`;
  switch (cause) {
    case undefined:
      return "Lost contact with the host while the command was running. Its outcome is unknown.";
    case "deadline":
      return `The command should have ended long ago, and the host does not report an outcome. It may still be running.${quote}`;
    case "stop":
      return `The host did not confirm in time that the command was stopped. It may still be running.${quote}`;
    case "nonsense":
      return `The host gives no valid answer about the command. Its outcome is unknown.${quote}`;
  }
}
