import type { APIEmbed, APIEmbedField } from "discord-api-types/v10";
import type { HealthChartView } from "../../charts/views.js";
import type { Language } from "../../config/schema.js";
import type { Target } from "../../deployments/record.js";
import {
  HEALTH_RANGE_NAMES,
  type HealthRange,
  type HealthSeries,
  type HealthState,
} from "../../health/health-series.js";
import { healthEn } from "../locales/health-words.en.js";
import { healthFr } from "../locales/health-words.fr.js";
import type { HealthWords } from "../locales/health-words.js";
import { duration, relativeTime } from "./format.js";
import type { Reply } from "./replies.js";
import { plain, together, wholeLines } from "./text.js";

/** Discord's limits, with room for the other texts: 4,096 a description, 25 fields, 6,000 in all. Characters. */
const CHECKS_LENGTH = 3_000;
const MAX_CHECKS = 50;
const MAX_FIELDS = 25;
const FIELDS_LENGTH = 5_500;
const NAME_LENGTH = 80;
const REASON_LENGTH = 200;
const PICTURE = "health.png";

const EMOJI: Readonly<Record<HealthState, string>> = { up: "🟢", down: "🔴", unknown: "⚪" };
const COLOUR: Readonly<Record<HealthState, number>> = { up: 0x23a55a, down: 0xf23f43, unknown: 0x80848e };

/** What one check says now. */
export interface CheckView {
  readonly name: string;
  readonly state: HealthState;
  /** Milliseconds. */
  readonly latencyMs?: number;
  /** Why it is down, in the reader's words; cleaned here. */
  readonly reason?: string;
}

/** One environment, as `/health` shows it. */
export interface HealthView {
  readonly target: Target;
  readonly checks: readonly CheckView[];
  /** From 0 to 100; undefined where nothing is known of the range. */
  readonly uptime: Readonly<Record<HealthRange, number | undefined>>;
  /** When it was looked at: milliseconds since the epoch. */
  readonly at: number;
}

/** One environment with all of its checks. @param picture of {@link healthChartOf} */
export function healthReply(view: HealthView, language: Language, picture?: Buffer): Reply {
  const words = wordsOf(language);
  const embed: APIEmbed = {
    color: COLOUR[stateOf(view)],
    title: `${words.title} · ${nameOf(view.target)}`,
    description: together([checkLines(view.checks, words), words.asOf(relativeTime(view.at))]),
    fields: HEALTH_RANGE_NAMES.map((range) => ({
      name: words.range[range],
      value: uptimeText(view.uptime[range], words, language),
      inline: true,
    })),
    ...(picture && { image: { url: `attachment://${PICTURE}` } }),
  };
  return { content: "", embeds: [embed], ...(picture && { files: [{ name: PICTURE, data: picture }] }) };
}

/** Several environments, a few lines each. */
export function healthOverviewReply(views: readonly HealthView[], language: Language): Reply {
  const words = wordsOf(language);
  const fields: APIEmbedField[] = [];
  let length = 0;
  for (const view of views.slice(0, MAX_FIELDS)) {
    const field = {
      name: `${EMOJI[stateOf(view)]} ${nameOf(view.target)}`,
      value: overview(view, words, language),
    };
    length += field.name.length + field.value.length;
    if (length > FIELDS_LENGTH) break;
    fields.push(field);
  }
  const left = views.length - fields.length;
  const worst = worstOf(views.map(stateOf));
  const footer = left === 0 ? {} : { footer: { text: words.moreEnvironments(left) } };
  return { content: "", embeds: [{ color: COLOUR[worst], title: words.title, fields, ...footer }] };
}

/** The picture of `/health`. @param series of the environment as a whole, one for each range */
export function healthChartOf(
  { target, at }: Pick<HealthView, "target" | "at">,
  series: readonly HealthSeries[],
  { timeZone, language }: { readonly timeZone: string; readonly language: Language },
): HealthChartView {
  const words = wordsOf(language);
  const time = new Intl.DateTimeFormat(language, {
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
    timeZone,
  });
  return {
    ...{ kind: "health", timeZone, language, series, words: words.chart },
    title: nameOf(target),
    subtitle: words.subtitle(time.format(at), timeZone),
  };
}

function wordsOf(language: Language): HealthWords {
  return { en: healthEn, fr: healthFr }[language];
}

function nameOf({ project, environment }: Target): string {
  return `${project} / ${environment}`;
}

function stateOf({ checks }: HealthView): HealthState {
  return worstOf(checks.map(({ state }) => state));
}

function worstOf(states: readonly HealthState[]): HealthState {
  if (states.includes("down")) return "down";
  return states.length === 0 || states.includes("unknown") ? "unknown" : "up";
}

/** Those that are down first: the others may be left out. */
function checkLines(checks: readonly CheckView[], words: HealthWords): string {
  if (checks.length === 0) return words.noChecks;
  const order: readonly HealthState[] = ["down", "unknown", "up"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const lines = sorted.slice(0, MAX_CHECKS).map((check) => checkLine(check, words));
  const left = checks.length - lines.length;
  return wholeLines([...lines, ...(left === 0 ? [] : [words.moreChecks(left)])], CHECKS_LENGTH);
}

function checkLine({ name, state, latencyMs, reason }: CheckView, words: HealthWords): string {
  const facts = [
    words.state[state],
    latencyMs === undefined ? "" : duration(latencyMs),
    reason === undefined ? "" : plain(reason, REASON_LENGTH),
  ];
  return `${EMOJI[state]} **${plain(name, NAME_LENGTH)}** · ${facts.filter((fact) => fact !== "").join(" · ")}`;
}

function overview({ checks, uptime, at }: HealthView, words: HealthWords, language: Language): string {
  const latencies = checks.flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]));
  const slowest = latencies.length === 0 ? "" : ` · ${duration(Math.max(...latencies))}`;
  const failing = checks.filter(({ state }) => state === "down").map(({ name }) => plain(name, NAME_LENGTH));
  const known = HEALTH_RANGE_NAMES.filter((range) => uptime[range] !== undefined);
  const lines = [
    checks.length === 0
      ? words.noChecks
      : `${words.state[worstOf(checks.map(({ state }) => state))]}${slowest}`,
    ...failing.slice(0, 3).map((name) => `🔴 ${name}`),
    known.map((range) => `${words.range[range]}: ${uptimeText(uptime[range], words, language)}`).join(" · "),
    words.asOf(relativeTime(at)),
  ];
  return lines.filter((line) => line !== "").join("\n");
}

/** Cut, not rounded: nothing but no outage at all is 100 %. */
function uptimeText(uptime: number | undefined, words: HealthWords, language: Language): string {
  if (uptime === undefined) return words.noHistory;
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 });
  return format.format(Math.floor(uptime * 100) / 10_000);
}
