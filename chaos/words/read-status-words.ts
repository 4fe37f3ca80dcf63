import { type MessageText, type Phrase, readLine, UnknownWordsError } from "./message-text.js";

/** What `/status` claims about one environment with one host. */
export interface StatusWords {
  readonly runs:
    | { readonly kind: "release"; readonly sha: string; readonly deployment?: number; readonly failed?: true }
    | { readonly kind: "unknown"; readonly last?: string | undefined }
    | { readonly kind: "between"; readonly from?: string | undefined; readonly to: string }
    | { readonly kind: "nothing" };
  /** HEAD of the checkout, where it is said to be another commit than what runs. */
  readonly head?: string;
  /** The host was asked and did not answer. */
  readonly unanswered?: true;
  readonly last?: { readonly number: number; readonly state: string };
  readonly isLocked?: true;
  readonly isFrozen?: true;
  /** Deployments that run or wait. */
  readonly open?: number;
}

const TIME = "<t:\\d+(?::\\w)?>";
const LINK = "\\[`[0-9a-f]{7}`\\]\\(https://github\\.com/[^)\\s]+/commit/([0-9a-f]{40})\\)";
const BY = "\\((?:<@\\d+>|push to .+|the schedule|Slipway: .+)\\)";

function re(...parts: readonly string[]): RegExp {
  return new RegExp(parts.join(""), "u");
}

const OUTCOMES = [
  ["succeeded", "✅", "succeeded"],
  ["failed", "❌", "failed"],
  ["cancelled", "✋", "was cancelled"],
  ["void", "⛔", "was not resumed"],
  ["indeterminate", "⚠️", "was interrupted, outcome unknown"],
] as const;

const LINES: readonly Phrase<StatusWords>[] = [
  [re("⚪ nothing runs here yet"), () => ({ runs: { kind: "nothing" } })],
  [
    re(`🟢 ${LINK}.*? · since ${TIME} · read from the host, not deployed by Slipway`),
    (sha = "") => ({ runs: { kind: "release", sha } }),
  ],
  [
    re(`🟢 ${LINK}.*? · since ${TIME} · deployment #(\\d+) ${BY}`),
    (sha = "", number) => ({ runs: { kind: "release", sha, deployment: Number(number) } }),
  ],
  [
    re(`🟠 ${LINK}.*? · since ${TIME} · deployment #(\\d+) ${BY}, which did not succeed`),
    (sha = "", number) => ({ runs: { kind: "release", sha, deployment: Number(number), failed: true } }),
  ],
  [
    re(`❔ \\*\\*Not known what runs\\*\\*(?:; the last release that ran for certain is ${LINK}.*)?`),
    (last = "") => ({ runs: { kind: "unknown", last: last || undefined } }),
  ],
  [
    re(`• \\S+: changing (?:from ${LINK}.* )?to ${LINK}.*`),
    (from = "", to = "") => ({ runs: { kind: "between", from: from || undefined, to } }),
  ],
  [re(`⚠️ \\S+: checkout moved outside Slipway to ${LINK}, noticed ${TIME}`), (head = "") => ({ head })],
  [re(`⚠️ \\S+: its checkout is on ${LINK}`), (head = "") => ({ head })],
  [re("⚠️ \\S+: did not answer; shown as last recorded"), () => ({ unanswered: true })],
  ...OUTCOMES.map(
    ([state, emoji, words]): Phrase<StatusWords> => [
      re(`${emoji} Last deployment: #(\\d+) ${words} ${TIME}`),
      (number) => ({ last: { number: Number(number), state } }),
    ],
  ),
  [re(`🔒 Locked by .+ until ${TIME} \\(${TIME}\\): .+`), () => ({ isLocked: true })],
  [re("🧊 Frozen.*: .+"), () => ({ isFrozen: true })],
  [re(`🔄 #\\d+ is running: ${LINK}`), () => ({ open: 1 })],
  [re("⏳ (\\d+) deployments? waits?"), (open) => ({ open: Number(open) })],
  [re("🔐 (\\d+) deployments? waits? for (?:its|their) approval"), (open) => ({ open: Number(open) })],
];

/**
 * Reads what `/status` answers about one environment with one host, and leaves no line out.
 * @throws UnknownWordsError on a line that it does not know
 */
export function readStatusWords({ content, fields }: MessageText): StatusWords {
  const [field] = fields;
  if (content !== "" || field === undefined || fields.length > 1)
    throw new UnknownWordsError("/status", content || fields.map(({ name }) => name).join(", "));
  const claims = field.value.split("\n").map((line) => readLine("/status", line, LINES));
  const open = claims.reduce((sum, claim) => sum + (claim.open ?? 0), 0);
  const { runs, ...others } = Object.assign({}, ...claims) as Partial<StatusWords>;
  if (runs === undefined) throw new UnknownWordsError("/status", field.value);
  return { ...others, runs, open };
}
