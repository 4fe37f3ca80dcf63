import { command } from "./command-names.js";
import type { LockWords } from "./lock-words.js";

export const lockWordsEn: LockWords = {
  allEnvironments: "all environments",
  headline: {
    locked: (where) => `${where} - Locked`,
    renewed: (where) => `${where} - Lock renewed`,
    unlocked: (where) => `${where} - Unlocked`,
    reminder: (where) => `${where} - The lock ends soon`,
    expired: (where) => `${where} - The lock has ended`,
    frozen: (where) => `${where} - Deployments are frozen`,
    unfrozen: (where) => `${where} - The freeze is lifted`,
    thawed: (where) => `${where} - The freeze has ended`,
  },
  fields: { owner: "Owner", frozenBy: "Frozen by", liftedBy: "Lifted by", since: "Since", until: "Ends" },
  untilUnfrozen: `when somebody types ${command("unfreeze", "en")}`,
  noReason: "no reason given",
  unreadable: {
    lock: `Something is stored here that this version of Slipway cannot read, so it counts as a lock. Clear it with ${command("unlock", "en")}.`,
    freeze: `Something is stored here that this version of Slipway cannot read, so it counts as a freeze. Clear it with ${command("unfreeze", "en")}.`,
  },
  hint: {
    locked: `Deployments by others are refused until it ends. Take it off with ${command("unlock", "en")}.`,
    unlocked: (by) => `${by} removed this lock. Other locks and freezes still apply.`,
    reminder: (end) =>
      `It ends ${end}. Is the work done? Take it off. Does it need longer? Its owner types ${command("lock", "en")} again.`,
    free: "Other locks and freezes still apply.",
    frozen: `Nothing but rollbacks is deployed. End it with ${command("unfreeze", "en")}.`,
  },
  unlockButton: "Unlock",
  reply: {
    locked: (where, end) => `${where} is locked; the lock ends ${end}.`,
    heldLock: (where, owner, reason, end) =>
      `${where} is locked already, by ${owner}: ${reason}. The lock ends ${end}. Ask them, or take it off with ${command("unlock", "en")}.`,
    unlocked: (where) => `${where} is unlocked.`,
    unlockedFor: (where, owner) => `${where} is unlocked. ${owner} is told, whose lock it was.`,
    notLocked: (where) => `${where} is not locked.`,
    projectLocked: (project, command) =>
      `All of ${project} is locked, though: ${command} takes that lock off.`,
    frozen: (where, end) =>
      end === undefined
        ? `${where} is frozen until somebody types ${command("unfreeze", "en")}.`
        : `${where} is frozen; the freeze ends ${end}.`,
    heldFreeze: (where, by, reason) =>
      `${where} is frozen already, by ${by}: ${reason}. Ask them, or end it with ${command("unfreeze", "en")} first.`,
    unfrozen: (where) => `${where} is not frozen any more.`,
    notFrozen: (where) =>
      `Nobody has frozen ${where}. If deployments are refused all the same, a freeze window of the configuration is open.`,
    projectFrozen: (project, command) => `All of ${project} is frozen, though: ${command} ends that.`,
    roleMissing: (where, roles) =>
      `You may not lock, unlock or freeze ${where}. Those who may deploy or approve there can: ${roles}.`,
    rolesMissing: (environments, roles) =>
      `You may not lock, unlock or freeze all environments at once: you would need a role in each of them, and have none in ${environments}. Those who may deploy or approve there: ${roles}.`,
    whichProject: (projects) =>
      `There are several projects: say with \`project:\` which one is meant. Known: ${projects}.`,
    unknownSpan: (typed) =>
      `\`${typed}\` is no span of time. Type a number with m, h or d, from \`1m\` to \`31d\`: \`30m\`, \`2h\`, \`1d\`. Nothing was changed.`,
    nothing: "Nothing is locked or frozen, and nothing is being deployed.",
    list: "Locks and freezes",
    deploying: (number, by) => `Deployment #${number} is under way (${by}).`,
    more: (count) => `… and ${count} more`,
  },
};
