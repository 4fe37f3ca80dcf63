import { type MessageText, type Phrase, readLine, readSentences, UnknownWordsError } from "./message-text.js";

/** What the message of a deployment says of one host. */
export interface HostWords {
  readonly host: string;
  readonly state: "unchanged" | "files-moved" | "restarted" | "unknown";
  /** What ran before, as a short SHA. */
  readonly before?: string | undefined;
  /** What the deployment brought, as a short SHA. */
  readonly after?: string | undefined;
}

/** What the message of a deployment that has ended claims. */
export interface DeploymentWords {
  readonly environment: string;
  readonly number: number;
  readonly state: string;
  /** The full SHA that *Commit* links. */
  readonly sha: string;
  /** What the changes are counted from, as a full SHA, where it is said to have run for certain. */
  readonly base?: string;
  readonly isBaseUncertain?: true;
  readonly isRollback?: true;
  /** Number of the deployment that it takes back. */
  readonly takesBack?: number;
  /** "Nothing was changed." */
  readonly changedNothing?: true;
  /** Somebody cancelled it while it ran: between two steps, or in the middle of one. */
  readonly wasCut?: "between" | "within";
  /** By title, in order. */
  readonly steps: readonly { readonly title: string; readonly state: string }[];
  readonly failedStep?: string;
  readonly hosts: readonly HostWords[];
  readonly approvals?: number;
  /** Buttons that the text names. */
  readonly named: readonly string[];
  readonly buttons: readonly string[];
}

type Claims = Omit<DeploymentWords, "environment" | "number" | "steps" | "hosts" | "named" | "buttons"> & {
  readonly step: DeploymentWords["steps"][number];
  readonly host: HostWords;
  readonly button: string;
};

const nothing = () => ({});
const PERSON = "(?:<@\\d+>|[^.]+?)";
const TIME = "<t:\\d+(?::\\w)?>";
const SPAN = "(?:\\d+ ms|[\\d.]+ s|\\d+ min \\d\\d s)";
const LINK = "\\[`[0-9a-f]{7}`\\]\\(https://github\\.com/[^)\\s]+/commit/([0-9a-f]{40})\\)";
const COMMITS = "\\[\\d+ commits?\\]\\(\\S+\\)";
const FILES = "(?:at least )?\\d+ files?";
const MIGRATIONS =
  "(?:no migration(?: among the files that GitHub lists)?|⚠️ \\*\\*(?:at least )?\\d+ MIGRATIONS?\\*\\*)";
const AMOUNTS = `(?:Adds )?${COMMITS} · ${FILES} · ${MIGRATIONS}`;

function re(...parts: readonly string[]): RegExp {
  return new RegExp(parts.join(""), "u");
}

const HEADLINES: readonly Phrase<Claims>[] = (
  [
    ["succeeded", "🎯", "Deployment succeeded ✅"],
    ["failed", "❌", "Deployment failed"],
    ["superseded", "⏭️", "Deployment replaced"],
    ["cancelled", "✋", "Deployment cancelled"],
    ["refused", "🚫", "Approval refused"],
    ["expired", "⌛", "Approval expired"],
    ["void", "⛔", "Approval void"],
    ["indeterminate", "⚠️", "Deployment broken off, state unknown"],
  ] as const
).map(([state, emoji, words]) => [re(`${emoji} \\*\\*[^ a-z]+ - ${words}\\*\\*`), () => ({ state })]);

const STEP_STATES: readonly Phrase<Claims>[] = (
  [
    ["pending", "▫️"],
    ["running", "🔄"],
    ["succeeded", "✅"],
    ["failed", "❌"],
    ["skipped", "⏭️"],
  ] as const
).map(([state, icon]) => [
  re(`${icon} (?:\\*\\*)?(.+?)(?:\\*\\*)?(?: · \\S+)?(?: · (?:${SPAN}|${TIME}))?`),
  (title = "") => ({ step: { title, state } }),
]);

/** Why it failed: these claim nothing about the application. */
const REASONS: readonly string[] = [
  "The command ended with exit code \\d+\\.",
  "The command was ended by signal \\w+\\.",
  "The command did not end within [\\d.]+ s and was stopped\\.",
  "Lost contact with the host while the command was running\\. Its outcome is unknown\\.",
  "The command should have ended long ago, and the host does not report an outcome\\. It may still be running\\..*",
  "The host did not confirm in time that the command was stopped\\. It may still be running\\..*",
  "The host gives no valid answer about the command\\. Its outcome is unknown\\..*",
  "The process that watched over the command on the host was killed: nobody knows what the command did\\.",
  "The host \\S+ could not be reached \\(.+\\)\\.",
  "Nothing was started on \\S+: .+",
  "Slipway signed in to \\S+, but the host did not run the command \\(.+\\)\\.",
  "The host \\S+ showed a key that is not in the configuration: `.+`\\.",
  "Not healthy after \\d+ attempts?: .+ \\(`.+`\\)\\.",
  "Slipway was stopped while this deployment ran\\.",
  "The configuration changed while this deployment ran, .+",
  "Slipway itself failed \\(.+\\); its log says more\\.",
];

const LINES: readonly Phrase<Claims>[] = [
  [re("↩️ Takes back deployment #(\\d+)\\."), (number) => ({ isRollback: true, takesBack: Number(number) })],
  [re("↩️ Goes back to an earlier release\\."), () => ({ isRollback: true })],
  [re("⏫ Promoted: exactly the commit that was validated before\\."), nothing],
  [
    re(`✋ Cancelled by ${PERSON} before it started\\. Nothing was changed\\.`),
    () => ({ changedNothing: true }),
  ],
  [
    re(`✋ Cancelled by ${PERSON} while it ran\\. It stopped between two steps\\.`),
    () => ({ wasCut: "between" }),
  ],
  [
    re(`🛑 Cancelled by ${PERSON} while it ran\\. Its step was stopped on the host\\.`),
    () => ({ wasCut: "within" }),
  ],
  [re(`🚫 Refused by ${PERSON}\\. Nothing was changed\\.`), () => ({ changedNothing: true })],
  [re("⛔ .+ Nothing was changed\\."), () => ({ changedNothing: true })],
  [re("⛔ .+ Nothing more was done after it broke off\\."), nothing],
  [
    re("⛔ Meanwhile deployment #\\d+ has run there, so this one cannot go on where it broke off\\."),
    nothing,
  ],
  [
    re("⌛ (?:Nobody|Not enough people) approved it in time(?: \\(\\d of \\d\\))?\\. Nothing was changed\\."),
    () => ({ changedNothing: true }),
  ],
  [re(`🧨 \\*\\*BREAK-GLASS\\*\\* by ${PERSON}, in spite of a freeze:`), nothing],
  [re("> .+"), nothing],
  [re(`❌ Nobody knew how it ended; ${PERSON} marked it as failed\\.`), nothing],
  [re(`${LINK} → ${LINK}(?: · ${AMOUNTS})?`), (base = "") => ({ base })],
  [
    re("⚠️ \\*\\*Not certain:\\*\\* it is not known what runs here now\\. .+"),
    () => ({ isBaseUncertain: true }),
  ],
  [re("⚠️ It is not known what runs here now, .+"), () => ({ isBaseUncertain: true })],
  [re("⚠️ \\*\\*Hosts differ:\\*\\* not every host runs the same release\\. .+"), nothing],
  [
    re(`⚠️ \\*\\*Behind:\\*\\* adds nothing and removes ${COMMITS} of the current release \\(${FILES}\\)`),
    nothing,
  ],
  [
    re(
      `⚠️ \\*\\*Diverged:\\*\\* removes ${COMMITS} of the current release \\(${FILES}\\)`,
      "(?: · this release has the same changes in other commits)?",
    ),
    nothing,
  ],
  [re("⚠️ GitHub did(?: not answer| not have).+"), nothing],
  [re("⚠️ \\*\\*\\d+ migration files? removed or older:\\*\\* .+"), nothing],
  [re(`[➖➕] ${LINK} .+`), nothing],
  [re("[➖➕] … \\[\\d+ more commits?\\]\\(\\S+\\)"), nothing],
  [re("… \\d+ more steps?"), nothing],
  ...STEP_STATES,
  [re(`[▰▱]{12} \\d+ ?%(?: · ⏱️ (?:took ${SPAN}|started ${TIME}))?`), nothing],
  [re("Failed at \\*\\*(.+)\\*\\*(?: · \\S+)?"), (failedStep = "") => ({ failedStep })],
  ...REASONS.map((reason) => [re(reason), nothing] as const),
  [re("Last lines of its output:"), nothing],
  [re("The diagnostics say:"), nothing],
  [re("The complete log is attached\\."), nothing],
  [re("The log is attached\\. Long outputs are shortened in the middle; the file says where\\."), nothing],
  [re("The log is attached, but part of the output is missing; the file says where\\."), nothing],
];

const SHORT = "`([0-9a-f]{7})`";
const HOST_LINES: readonly Phrase<Claims>[] = [
  [
    re(`\\*\\*(\\S+)\\*\\*: not changed(?:, still runs ${SHORT})?\\.`),
    (host = "", before = "") => hostWords(host, "unchanged", before),
  ],
  [
    re(
      `\\*\\*(\\S+)\\*\\*: the checkout is on ${SHORT}; the application was not restarted`,
      `(?: and may still run ${SHORT})?\\.`,
    ),
    (host = "", after = "", before = "") => hostWords(host, "files-moved", before, after),
  ],
  [
    re(
      `\\*\\*(\\S+)\\*\\*: the checkout is on ${SHORT}, which ran before; `,
      "the application was not restarted\\.",
    ),
    (host = "", after = "") => hostWords(host, "files-moved", after, after),
  ],
  [
    re(`\\*\\*(\\S+)\\*\\*: now on ${SHORT}, restarted(?: \\(was ${SHORT}\\))?\\.`),
    (host = "", after = "", before = "") => hostWords(host, "restarted", before, after),
  ],
  [
    re(`\\*\\*(\\S+)\\*\\*: unknown: on ${SHORT} or ${SHORT}\\. Check the host before you continue\\.`),
    (host = "", before = "", after = "") => hostWords(host, "unknown", before, after),
  ],
  [
    re(
      `\\*\\*(\\S+)\\*\\*: unknown: on ${SHORT}, or as it was before\\. Check the host before you continue\\.`,
    ),
    (host = "", after = "") => hostWords(host, "unknown", "", after),
  ],
  [
    re(
      `\\*\\*(\\S+)\\*\\*: on ${SHORT}, as before; whether the step took effect is unknown\\. `,
      "Check the host before you continue\\.",
    ),
    (host = "", after = "") => hostWords(host, "unknown", after, after),
  ],
];

function hostWords(host: string, state: HostWords["state"], before: string, after = ""): Partial<Claims> {
  return { host: { host, state, before: before || undefined, after: after || undefined } };
}

const COMMAND = "(?:</\\S+:\\d+>|`/\\S+`) `.+?`";
const NEXT: readonly Phrase<Claims>[] = [
  [re("Fix the cause\\."), nothing],
  [re("Check the hosts above\\."), nothing],
  [re("Still needed\\? Review .+?[.,:]"), nothing],
  [re("\\*\\*Retry\\*\\* makes the same request for the same commit\\."), () => ({ button: "Retry" })],
  [re("\\*\\*Roll back\\*\\* restores the previous release\\."), () => ({ button: "Roll back" })],
  [re(`For another commit: ${COMMAND}\\.`), nothing],
  [re(`Then request it again: ${COMMAND}\\.`), nothing],
  [re(`then request them: ${COMMAND}\\.`), nothing],
  [re("Check the hosts first\\. Slipway will not continue on its own\\."), nothing],
  [re("\\*\\*Mark failed\\*\\* closes the deployment,"), () => ({ button: "Mark failed" })],
  [re("\\*\\*Run again\\*\\* retries the interrupted step[,.]"), () => ({ button: "Run again" })],
  [re("Replaced by a newer push: deployment #\\d+\\."), nothing],
  [re("Have a look: \\S+"), nothing],
  [re(`🔒 This rollback locked \\*\\*\\S+\\*\\* for 24 hours, until ${TIME} \\(${TIME}\\)\\. .+`), nothing],
];

/**
 * Reads the message of a deployment that has ended, and leaves no sentence out.
 * @throws UnknownWordsError on one that it does not know
 */
export function readDeploymentWords(message: MessageText): DeploymentWords {
  const [, environment = "", number] = /^\S+ · (\S+) · #(\d+)$/.exec(message.footer) ?? [];
  if (number === undefined) throw new UnknownWordsError("the footer", message.footer);
  const [headline = "", ...notified] = message.content.split("\n");
  if (notified.length > 0) throw new UnknownWordsError("the headline", message.content);
  const claims = [readLine("the headline", headline, HEADLINES), ...readDescription(message.description)];
  const named: string[] = [];
  for (const { name, value } of message.fields) {
    const read = readField(name, value);
    claims.push(...read);
    named.push(...read.flatMap(({ button }) => button ?? []));
  }
  const { step: _, host: __, button: ___, ...all } = Object.assign({}, ...claims) as Claims;
  return {
    ...all,
    ...{ environment, number: Number(number), named, buttons: message.buttons },
    steps: claims.flatMap(({ step }) => step ?? []),
    hosts: claims.flatMap(({ host }) => host ?? []),
  };
}

/** The first line is the commit's own subject; what a step printed stands between fences. */
function readDescription(description: string): readonly Partial<Claims>[] {
  const [subject = "", ...lines] = description.replace(/```\n.*?\n```/gsu, "").split("\n");
  if (!/^\*\*.+\*\*$/u.test(subject)) throw new UnknownWordsError("the first line", subject);
  return lines.filter((line) => line !== "").map((line) => readLine("the description", line, LINES));
}

function readField(name: string, value: string): readonly Partial<Claims>[] {
  switch (name) {
    case "Project":
    case "Author":
    case "Requested by":
      return [];
    case "Commit":
      return [readLine<Claims>(name, value, [[re(`${LINK}(?: · \`[^\`]+\`)?`), (sha = "") => ({ sha })]])];
    case "Approved by":
      return [{ approvals: value.split(", ").length }];
    case "State of the hosts":
      return value.split("\n").map((line) => readLine(name, line, HOST_LINES));
    case "Next steps":
      return readSentences(name, value, NEXT);
    default:
      throw new UnknownWordsError("a field", name);
  }
}
