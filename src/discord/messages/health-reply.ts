import type { APIEmbed } from "discord-api-types/v10";
import type { CheckHealth, EnvironmentHealth, HealthOverview } from "../../app/look-up-health.js";
import type { HealthChartView } from "../../charts/views.js";
import type { Language } from "../../config/schema.js";
import type { Target } from "../../deployments/record.js";
import { HEALTH_RANGE_NAMES, type HealthState, uptimeOf } from "../../health/health-series.js";
import { healthEn } from "../locales/health-words.en.js";
import { healthFr } from "../locales/health-words.fr.js";
import type { HealthWords } from "../locales/health-words.js";
import { wordsFor } from "../locales/index.js";
import { cleanReason } from "./clean-reason.js";
import { duration, relativeTime } from "./format.js";
import type { Reply } from "./replies.js";
import { table } from "./table.js";
import { clip, inCode, together, wholeLines } from "./text.js";

/**
 * Discord's limit for a description is 4,096 characters, and 6,000 for all texts of a message. A table of 25
 * environments with names of the greatest length that is shown takes 1,800.
 */
const CHECKS_LENGTH = 3_500;
const TABLE_LENGTH = 2_000;
const FAULTS_LENGTH = 1_700;
const MAX_CHECKS = 50;
const NAME_LENGTH = 80;
/** In a table, a phone shows about 40 characters of a line. */
const CELL_LENGTH = 30;
const PICTURE = "health.png";

const EMOJI: Readonly<Record<HealthState, string>> = { up: "🟢", down: "🔴", unknown: "⚪" };
const COLOUR: Readonly<Record<HealthState, number>> = { up: 0x23a55a, down: 0xf23f43, unknown: 0x80848e };

/** What a person writes who has no health check yet: the least that works. */
const EXAMPLE = "```yaml\nhealth:\n  - url: https://shop.example.com/health\n```";

/** One environment with all of its checks. @param picture of {@link healthChartOf} */
export function healthReply(health: EnvironmentHealth, language: Language, picture?: Buffer): Reply {
  const words = wordsOf(language);
  const { target, checks, at, series } = health;
  const title = `${words.title} · ${nameOf(target)}`;
  if (checks.length === 0) {
    const description = together([words.noChecks, words.howToAdd(EXAMPLE)]);
    return { content: "", embeds: [{ color: COLOUR.unknown, title, description }] };
  }
  const embed: APIEmbed = {
    color: COLOUR[stateOf(health)],
    title,
    description: together([checkLines(checks, words, language), words.asOf(relativeTime(at))]),
    fields: series.map((each) => ({
      name: words.range[each.range],
      value: uptimeText(uptimeOf(each), language) ?? words.noHistory,
      inline: true,
    })),
    ...(picture && { image: { url: `attachment://${PICTURE}` } }),
  };
  return { content: "", embeds: [embed], ...(picture && { files: [{ name: PICTURE, data: picture }] }) };
}

/** Several environments: what is down, and a line for each. */
export function healthOverviewReply({ environments, left }: HealthOverview, language: Language): Reply {
  const words = wordsOf(language);
  const checked = environments.filter(({ checks }) => checks.length > 0);
  const oldest = Math.min(...environments.map(({ at }) => at));
  const faults = wholeLines(faultLines(environments, language), FAULTS_LENGTH);
  const lines = [
    ...(faults === "" ? [] : [faults]),
    overviewTable(environments, words, language),
    words.legend,
    words.asOf(relativeTime(oldest)),
  ];
  const color = COLOUR[worstOf(checked.map(stateOf))];
  const footer = left === 0 ? {} : { footer: { text: words.moreEnvironments(left) } };
  return { content: "", embeds: [{ color, title: words.title, description: lines.join("\n"), ...footer }] };
}

/** The picture of `/health`. */
export function healthChartOf(
  { target, at, series }: Pick<EnvironmentHealth, "target" | "at" | "series">,
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

function stateOf({ checks }: EnvironmentHealth): HealthState {
  return worstOf(checks.map(({ state }) => state));
}

function worstOf(states: readonly HealthState[]): HealthState {
  if (states.includes("down")) return "down";
  return states.length === 0 || states.includes("unknown") ? "unknown" : "up";
}

/** Those that are down first: the others may be left out. */
function checkLines(checks: readonly CheckHealth[], words: HealthWords, language: Language): string {
  const order: readonly HealthState[] = ["down", "unknown", "up"];
  const sorted = [...checks].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const lines = sorted.slice(0, MAX_CHECKS).map((check) => checkLine(check, words, language));
  const left = checks.length - lines.length;
  return wholeLines([...lines, ...(left === 0 ? [] : [words.moreChecks(left)])], CHECKS_LENGTH);
}

function checkLine(check: CheckHealth, words: HealthWords, language: Language): string {
  const { name, state, latencyMs } = check;
  const facts = [
    words.state[state],
    latencyMs === undefined ? "" : duration(latencyMs, wordsFor(language)),
    reasonText(check, language),
  ];
  const said = facts.filter((fact) => fact !== "").join(" · ");
  return `${EMOJI[state]} \`${inCode(name, NAME_LENGTH)}\` · ${said}`;
}

function reasonText({ reason }: CheckHealth, language: Language): string {
  return reason === undefined ? "" : wordsFor(language).probeReason(cleanReason(reason));
}

/** What is down, and why. */
function faultLines(environments: readonly EnvironmentHealth[], language: Language): readonly string[] {
  return environments.flatMap(({ target, checks }) =>
    checks
      .filter(({ state }) => state === "down")
      .map((check) => {
        const name = inCode(check.name, NAME_LENGTH);
        return `${EMOJI.down} **${nameOf(target)}** · \`${name}\` · ${reasonText(check, language)}`;
      }),
  );
}

function overviewTable(
  environments: readonly EnvironmentHealth[],
  words: HealthWords,
  language: Language,
): string {
  const isOneProject = new Set(environments.map(({ target }) => target.project)).size === 1;
  const { column } = words;
  const rows = environments.map((health) => [
    clip(isOneProject ? health.target.environment : nameOf(health.target), CELL_LENGTH),
    nowText(health, words, language),
    ...health.series.map((each) => uptimeText(uptimeOf(each), language) ?? "–"),
  ]);
  const ranges = HEALTH_RANGE_NAMES.map((range) => column[range]);
  return table([[column.environment, column.now, ...ranges], ...rows], TABLE_LENGTH);
}

/** The latency of the slowest check, where all is well. */
function nowText(health: EnvironmentHealth, words: HealthWords, language: Language): string {
  if (health.checks.length === 0) return words.notChecked;
  const state = stateOf(health);
  const latencies = health.checks.flatMap(({ latencyMs }) => latencyMs ?? []);
  return state === "up" && latencies.length > 0
    ? duration(Math.max(...latencies), wordsFor(language))
    : words.state[state];
}

/** Cut, not rounded: nothing but no outage at all is 100 %. */
function uptimeText(uptime: number | undefined, language: Language): string | undefined {
  if (uptime === undefined) return undefined;
  const format = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 2 });
  return format.format(Math.floor(uptime * 100) / 10_000);
}
