import type { GitHubTrouble } from "../../deployments/github-trouble.js";
import type { Refusal, SourceFault } from "../../deployments/refusal.js";
import { command } from "./command-names.js";
import { enumerate } from "./enumerate.js";
import { fullTime } from "./full-time.js";

type NotValidated = Extract<Refusal, { code: "not-validated" }>["ci"];

const CI: Readonly<Record<NotValidated, string>> = {
  pending: "its checks on GitHub are still running. Wait for them and ask again",
  failed: "its checks on GitHub have failed. Fix the cause and deploy the new commit there first",
  missing: "it has no checks on GitHub. Let CI run for this commit, or set `ci: ignored` for the project",
  unknown: "GitHub did not say whether its checks passed. Try again in a minute",
  "token-refused":
    "GitHub did not say whether its checks passed, for it refuses Slipway's token (401). Tell the operator of Slipway",
  "not-allowed":
    "GitHub did not say whether its checks passed, for Slipway's token may not read checks (403). Tell the operator of Slipway",
  unseen:
    "GitHub did not say whether its checks passed, for Slipway's token sees no such repository (404). Tell the operator of Slipway",
  "rate-limited":
    "GitHub did not say whether its checks passed, for Slipway has asked it too much (rate limit). Try again later, within an hour at most",
};

/** Why GitHub gave no answer about a repository, and what to do. */
function githubTrouble(repository: string, why: GitHubTrouble | undefined): string {
  switch (why?.kind) {
    case undefined:
      return `GitHub did not answer for ${repository}, so the commit could not be looked up. Nothing was started; try again in a minute.`;
    case "token-refused":
      return `GitHub refuses Slipway's token (401), so ${repository} cannot be read: the token has expired or was revoked. Nothing was started. Tell the operator of Slipway.`;
    case "not-allowed":
      return `Slipway's token may not read this of ${repository} on GitHub (403): a permission is missing. Nothing was started. Tell the operator of Slipway.`;
    case "unseen":
      return `For Slipway's token there is no repository ${repository} on GitHub (404): the name in the configuration is wrong, or the token may not see it. Nothing was started. Tell the operator of Slipway.`;
    case "rate-limited":
      return `Slipway has asked GitHub too much, and GitHub answers nothing about ${repository} for now (rate limit). Nothing was started; try again ${
        why.until === undefined ? "in some minutes" : `after ${fullTime(why.until)}`
      }.`;
  }
}

export function refusalEn(refusal: Refusal): string {
  switch (refusal.code) {
    case "unknown-project":
      return `There is no project \`${refusal.project}\`. Known: ${list(refusal.known)}.`;
    case "unknown-environment":
      return `There is no environment \`${refusal.environment}\`. Known: ${list(refusal.known)}.`;
    case "ambiguous-project":
      return `Several projects have an environment \`${refusal.environment}\`: say which with \`project:\`, one of ${list(refusal.projects)}.`;
    case "role-missing":
      return `You may not deploy to **${refusal.environment}**. These roles may: ${roles(refusal.roles)}.`;
    case "locked":
      return locked(refusal);
    case "frozen":
      return `**${refusal.environment}** is frozen: ${refusal.reason}. ${
        refusal.until === undefined
          ? `It stays so until somebody ends it with ${command("unfreeze", "en")}.`
          : `The next open slot begins ${fullTime(refusal.until)}.`
      } Rollbacks are still possible.`;
    case "not-on-source":
      return refusal.running === undefined
        ? `Only a validated release of **${refusal.source}** may be deployed here. ${NO_SOURCE[refusal.why ?? "nothing"]} Nothing was started. Deploy to **${refusal.source}** first.`
        : `Only what runs on **${refusal.source}** may be deployed here: that is \`${refusal.running}\`. Nothing was started. Deploy your commit to **${refusal.source}** first, or use ${command("promote", "en")}.`;
    case "not-validated":
      return `The commit runs on **${refusal.source}** but is not validated: ${CI[refusal.ci]}.`;
    case "outdated":
      if (refusal.behindBy === undefined)
        return `GitHub cannot compare \`${refusal.ref}\` with the environment's branch, so it counts as outdated. Nothing was started.`;
      return `\`${refusal.ref}\` is ${refusal.behindBy === 1 ? "1 commit" : `${refusal.behindBy} commits`} behind the environment's branch. Bring it up to date and ask again.`;
    case "nothing-to-promote":
      return `Nothing on **${refusal.source}** can be promoted. ${NO_SOURCE[refusal.why]} Nothing was started.`;
    case "nothing-to-roll-back":
      return `There is no earlier release to restore on **${refusal.environment}**, or the one you named is not among the last 25. Nothing was started.`;
    case "break-glass-reason":
      return "Breaking the glass needs a reason: write down why it cannot wait.";
    case "invalid-ref":
      return `\`${refusal.ref}\` cannot be the name of a branch or a tag. Type a branch, a tag or a commit SHA.`;
    case "unknown-ref":
      return `${refusal.repository} has no branch, tag or commit \`${refusal.ref}\`.${
        refusal.similar.length === 0 ? "" : ` Did you mean ${list(refusal.similar)}?`
      }`;
    case "ambiguous-ref":
      return `\`${refusal.ref}\` is the name of several things. Type one of ${list(refusal.candidates)}.`;
    case "github-unavailable":
      return githubTrouble(refusal.repository, refusal.why);
  }
}

function locked({ environment, lock }: Extract<Refusal, { code: "locked" }>): string {
  const what = lock.environment === undefined ? `All of **${lock.project}**` : `**${environment}**`;
  if (lock.unreadable) {
    return `${what} counts as locked: this version of Slipway cannot read what is stored about it. Set that aside with ${command("unlock", "en")}.`;
  }
  const why = lock.reason === "" ? "" : `: ${lock.reason}`;
  return `${what} is locked by ${lock.owner.userName} until ${fullTime(lock.expiresAt)}${why}. Ask them, or take the lock off with ${command("unlock", "en")}.`;
}

function list(names: readonly string[]): string {
  return enumerate(names.map((name) => `\`${name}\``));
}

function roles(ids: readonly string[]): string {
  return enumerate(ids.map((id) => `<@&${id}>`));
}

/** Why an environment has no release that may go on to the next one. */
const NO_SOURCE: Readonly<Record<SourceFault, string>> = {
  nothing: "Nothing runs there yet.",
  unknown: "It is not known what runs there.",
  mixed: "Its hosts run different releases.",
  adopted: "What runs there was not deployed by Slipway, so its health checks have not passed.",
  "not-succeeded": "The deployment of what runs there did not succeed.",
  changing: "A deployment is running there.",
};
