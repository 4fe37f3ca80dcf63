import type { History, PostedMessage, RecordedDeployment, Shipment } from "../../../chaos/history/history.js";
import { messageOfDeployment, SHA } from "./message-texts.js";

export const ID = "0123456789abcdef01234567";

export const shipment: Shipment = {
  environment: "e1",
  sha: SHA,
  steps: [
    { name: "before-1", lines: ["before-1 1/2 é", "before-1 2/2 é"] },
    { name: "restart", lines: ["restart 1/1 é"] },
  ],
};

export const succeeded: RecordedDeployment = {
  id: ID,
  number: 7,
  environment: "e1",
  sha: SHA,
  state: "succeeded",
  steps: [
    { id: "fetch:host", state: "succeeded" },
    { id: "before-1:host", state: "succeeded" },
    { id: "restart:host", state: "succeeded" },
  ],
};

/** As it is when the runner of `restart` was killed. */
export const indeterminate: RecordedDeployment = {
  ...succeeded,
  state: "indeterminate",
  failure: "lost",
  failedStep: "restart:host",
  steps: [
    { id: "fetch:host", state: "succeeded" },
    { id: "before-1:host", state: "succeeded" },
    { id: "restart:host", state: "failed" },
  ],
};

export function lineOf(phase: "begin" | "end", step: string, pid = 1, sha = SHA) {
  return { phase, environment: "e1", sha, step, pid };
}

const LOG = [
  "== host: before-1:host",
  "before-1 1/2 é",
  "before-1 2/2 é",
  "-- exit code 0",
  "",
  "== host: restart:host",
  "restart 1/1 é",
  "-- exit code 0",
  "",
].join("\n");

export const message: PostedMessage = {
  environment: "e1",
  number: 7,
  state: "succeeded",
  buttons: ["Roll back"],
  text: messageOfDeployment(),
};

/** One deployment that kept every promise, but for what the test says. */
export function history(changes: Partial<History> & { readonly log?: string } = {}): History {
  const { log = LOG, ...others } = changes;
  return {
    shipments: [shipment],
    executions: [
      lineOf("begin", "before-1", 1),
      lineOf("end", "before-1", 1),
      lineOf("begin", "restart", 2),
      lineOf("end", "restart", 2),
    ],
    deployments: [succeeded],
    logs: new Map([[ID, log]]),
    messages: [message],
    killedRunners: [],
    reattachments: [{ deployment: ID, milliseconds: 900 }],
    ...others,
  };
}

/** The runner of `restart` was killed, and everything came of it that should. */
export function historyOfKilledRunner(changes: Partial<History> & { readonly log?: string } = {}): History {
  return history({
    executions: [lineOf("begin", "before-1"), lineOf("end", "before-1"), lineOf("begin", "restart", 2)],
    deployments: [indeterminate],
    killedRunners: [{ deployment: ID }],
    messages: [{ ...message, state: "indeterminate", buttons: ["Mark failed", "Run again", "Roll back"] }],
    log: ["before-1 1/2 é", "before-1 2/2 é", "rest"].join("\n"),
    ...changes,
  });
}
