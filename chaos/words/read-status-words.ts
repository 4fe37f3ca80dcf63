import { type MessageText, type Phrase, readLine, UnknownWordsError } from "./message-text.js";

/** What is said to run, in an environment as a whole or on one host. */
export type SaidToRun =
  | { readonly kind: "release"; readonly sha: string; readonly deployment?: number; readonly failed?: true }
  | { readonly kind: "unknown"; readonly last?: string | undefined }
  | { readonly kind: "between"; readonly from?: string | undefined; readonly to: string }
  | { readonly kind: "nothing" };

/** What is said of one host by its name. */
interface NamedHost {
  readonly host: string;
  readonly runs?: SaidToRun;
  /** HEAD of the checkout, where it is said to be another commit than what runs. */
  readonly head?: string;
  /** Somebody is said to have moved the checkout there by hand. */
  readonly isMoved?: true;
  /** The host was asked and did not answer. */
  readonly unanswered?: true;
}

/** What `/status` claims about one environment. */
export interface StatusWords {
  /** `mixed`: each host has a line of its own. */
  readonly runs: SaidToRun | { readonly kind: "mixed" };
  /** Those that have lines of their own. */
  readonly hosts: readonly NamedHost[];
  readonly last?: { readonly number: number; readonly state: string };
  readonly isLocked?: true;
  readonly isFrozen?: true;
  /** Deployments that run or wait. */
  readonly open?: number;
}

type Claims = Omit<StatusWords, "hosts"> & { readonly host: NamedHost };

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

const LINES: readonly Phrase<Claims>[] = [
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
  [re("❔ \\*\\*Not known what runs:\\*\\* .+"), () => ({ runs: { kind: "unknown" } })],
  // Hosts got the same commit through different deployments.
  [re(`🟢 ${LINK}.*? · since ${TIME}`), (sha = "") => ({ runs: { kind: "release", sha } })],
  [re("🟠 \\*\\*Hosts run different releases:\\*\\*"), () => ({ runs: { kind: "mixed" } })],
  [
    re(`• (\\S+): changing (?:from ${LINK}.* )?to ${LINK}.*`),
    (host = "", from = "", to = "") => hostWords(host, { kind: "between", from: from || undefined, to }),
  ],
  [re("• (\\S+): nothing runs"), (host = "") => hostWords(host, { kind: "nothing" })],
  [
    re(`• (\\S+): not known(?: \\(last certain: ${LINK}.*\\))?`),
    (host = "", last = "") => hostWords(host, { kind: "unknown", last: last || undefined }),
  ],
  [re(`• (\\S+): ${LINK}.*`), (host = "", sha = "") => hostWords(host, { kind: "release", sha })],
  [
    re(`⚠️ (\\S+): checkout moved outside Slipway to ${LINK}, noticed ${TIME}`),
    (host = "", head = "") => ({ host: { host, head, isMoved: true } }),
  ],
  [re(`⚠️ (\\S+): its checkout is on ${LINK}`), (host = "", head = "") => ({ host: { host, head } })],
  [
    re("⚠️ (\\S+): did not answer(?:; shown as last recorded|, so nothing is known of it yet\\. .+)"),
    (host = "") => ({ host: { host, unanswered: true } }),
  ],
  ...OUTCOMES.map(
    ([state, emoji, words]): Phrase<Claims> => [
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

function hostWords(host: string, runs: SaidToRun): Partial<Claims> {
  return { host: { host, runs } };
}

/**
 * Reads what `/status` answers about one environment, and leaves no line out.
 * @throws UnknownWordsError on a line that it does not know
 */
export function readStatusWords({ content, fields }: MessageText): StatusWords {
  const [field] = fields;
  if (content !== "" || field === undefined || fields.length > 1)
    throw new UnknownWordsError("/status", content || fields.map(({ name }) => name).join(", "));
  const claims = field.value.split("\n").map((line) => readLine("/status", line, LINES));
  const open = claims.reduce((sum, claim) => sum + (claim.open ?? 0), 0);
  const { runs, host: _, ...others } = Object.assign({}, ...claims) as Partial<Claims>;
  if (runs === undefined) throw new UnknownWordsError("/status", field.value);
  return { ...others, runs, hosts: byName(claims.flatMap(({ host }) => host ?? [])), open };
}

/** Everything that is said of a host, in one. */
function byName(lines: readonly NamedHost[]): readonly NamedHost[] {
  const hosts = new Map<string, NamedHost>();
  for (const line of lines) hosts.set(line.host, { ...hosts.get(line.host), ...line });
  return [...hosts.values()];
}

/**
 * What is said of one host: in its own lines, and else in the one about all of them.
 * @param name the host's; may be left out where there is only one
 * @throws UnknownWordsError where nothing is said of it
 */
export function saidOfHost({ runs, hosts }: StatusWords, name?: string): Partial<NamedHost> & Ran {
  const own = name === undefined ? hosts[0] : hosts.find(({ host }) => host === name);
  const said = own?.runs ?? runs;
  if (said.kind === "mixed") throw new UnknownWordsError("/status", `nothing of ${name ?? "its host"}`);
  return { ...own, runs: said };
}

interface Ran {
  readonly runs: SaidToRun;
}
