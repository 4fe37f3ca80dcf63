import type { AuditWords } from "./audit-words.js";

export const auditEn: AuditWords = {
  title: "Audit log, the newest first",
  none: "Nothing was written down for that yet.",
  action: {
    request: (who) => `${who} asked for a deployment`,
    refusal: (who) => `${who} was refused`,
    approval: (who) => `${who} approved`,
    "approval-refused": (who) => `${who} refused to approve`,
    void: () => "the approval became void",
    expired: () => "the approval came too late and expired",
    cancel: (who) => `${who} cancelled`,
    superseded: () => "a newer push took its place",
    started: () => "the deployment started",
    step: () => "a step ended",
    ended: () => "the deployment ended",
    lock: (who) => `${who} locked`,
    unlock: (who) => `${who} unlocked`,
    "lock-expired": () => "a lock expired",
    freeze: (who) => `${who} froze deployments`,
    unfreeze: (who) => `${who} ended the freeze`,
    "break-glass": (who) => `${who} broke the glass`,
  },
  source: {
    discord: "Discord",
    github: "GitHub",
    schedule: "schedule",
    worker: "worker",
    cli: "command line",
  },
  detail: {
    sha: "commit",
    ref: "ref",
    kind: "kind",
    code: "because",
    reason: "reason",
    state: "outcome",
    approval: "approval for",
    breakGlass: "reason",
    step: "step",
    failedStep: "failed at",
    host: "host",
    until: "until",
    expiresAt: "until",
  },
  shown: (shown, total) => `${shown} of ${total === 1 ? "1 entry" : `${total} entries`}`,
  unreadable: (count) =>
    `${count === 1 ? "1 entry is" : `${count} entries are`} not readable: written by a later version, or changed. Run slipway audit verify.`,
  exported: {
    complete: "The whole log is attached. Check it with `slipway audit verify --file`.",
    newest:
      "The newest part of the log is attached; all of it is too long for Discord: `slipway audit export` writes it. Check either with `slipway audit verify --file`.",
  },
  refusal: {
    read: (roles) => `Only people who deploy or approve may read the audit log: ${roles}.`,
    export: (roles) => `Only people who approve may export the audit log: ${roles}.`,
  },
  nobodyExports:
    "The configuration names no role that approves, so nobody exports the audit log here. Run `slipway audit export` on the machine.",
};
