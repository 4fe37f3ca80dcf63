import { command } from "./command-names.js";
import type { StatusWords } from "./status-words.js";

export const statusWordsEn: StatusWords = {
  nothing: "nothing runs here yet",
  since: (at) => `since ${at}`,
  through: (number, by) => `deployment #${number} (${by})`,
  unsuccessful: (through) => `${through}, which did not succeed`,
  adopted: "read from the host, not deployed by Slipway",
  mixed: "**Hosts run different releases:**",
  unknown: (last) =>
    `**Not known what runs**${last === undefined ? "" : `; the last release that ran for certain is ${last}`}`,
  unread: `**Not known what runs:** Slipway has not read the hosts yet, and has deployed nothing there. ${command("status", "en")} reads them, and so does the first deployment.`,
  host: {
    nothing: "nothing runs",
    unknown: (last) => `not known${last === undefined ? "" : ` (last certain: ${last})`}`,
    between: (from, to) => `changing ${from === undefined ? "" : `from ${from} `}to ${to}`,
    unreadable: "what Slipway stored about this host cannot be read",
    noAnswer: "did not answer; shown as last recorded",
    neverAnswered:
      "did not answer, so nothing is known of it yet. Check that Slipway can reach it and that its key is accepted",
    drift: (commit, since) => `checkout moved outside Slipway to ${commit}, noticed ${since}`,
    head: (commit) => `its checkout is on ${commit}`,
  },
  last: (number, outcome, at) => `Last deployment: #${number} ${outcome} ${at}`,
  outcome: {
    succeeded: "succeeded",
    failed: "failed",
    cancelled: "was cancelled",
    void: "was not resumed",
    indeterminate: "was interrupted, outcome unknown",
  },
  down: (since) => `**Down** since ${since}`,
  recovering: (since) => `Recovering: responding since ${since}`,
  healthy: (at) => `Healthy, last checked ${at}`,
  failing: (since) => `Health checks fail since ${since}, not confirmed yet`,
  unheard: (since) => `Health unknown since ${since}: Slipway could not look`,
  locked: (by, until, reason) => `Locked by ${by} until ${until}: ${reason}`,
  lockUnreadable: "Counts as locked: the stored lock cannot be read",
  frozen: (until, reason) => `Frozen${until === undefined ? "" : ` until ${until}`}: ${reason}`,
};
