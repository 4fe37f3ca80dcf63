import type { APIEmbedField } from "discord-api-types/v10";
import type { EnvironmentStats, Stats } from "../../app/look-up-stats.js";
import { MOST_ENVIRONMENTS } from "../../charts/look.js";
import type { DoraChartEnvironment, DoraChartView } from "../../charts/views.js";
import type { Config, Language } from "../../config/schema.js";
import type { MonthFigures } from "../../deployments/dora.js";
import type { Target } from "../../deployments/record.js";
import { statsEn } from "../locales/stats-words.en.js";
import { statsFr } from "../locales/stats-words.fr.js";
import type { StatsWords } from "../locales/stats-words.js";
import { relativeTime } from "./format.js";
import type { Reply } from "./replies.js";
import { table } from "./table.js";
import { together } from "./text.js";

const BLURPLE = 0x5865f2;
const PICTURE = "stats.png";
/** Discord's limits: 25 fields, and 6,000 characters in all, of which some are left for the other texts. */
const MAX_FIELDS = 25;
const FIELDS_LENGTH = 4_800;

/** @param picture of {@link statsChart}; without it, the table says the same */
export function statsReply(stats: Stats, language: Language, picture?: Buffer): Reply {
  const words = wordsOf(language);
  const fields: APIEmbedField[] = [];
  let length = 0;
  for (const environment of stats.environments.slice(0, MAX_FIELDS)) {
    const field = {
      name: nameOf(environment.target),
      value: figuresTable(environment.months, words, language),
    };
    length += field.name.length + field.value.length;
    if (length > FIELDS_LENGTH) break;
    fields.push(field);
  }
  const shown = stats.environments.slice(0, fields.length);
  const left = stats.left + stats.environments.length - shown.length;
  const embed = {
    ...{ color: BLURPLE, title: words.title, fields },
    description: together([words.legend, countedSince(shown, words)]),
    ...(picture && { image: { url: `attachment://${PICTURE}` } }),
    ...footer(shown, left, words, picture),
  };
  return { content: "", embeds: [embed], ...(picture && { files: [{ name: PICTURE, data: picture }] }) };
}

/** The picture of `/stats`. */
export function statsChart(
  stats: Stats,
  { timeZone }: Pick<Config, "timeZone">,
  language: Language,
): DoraChartView {
  const words = wordsOf(language);
  const shown = stats.environments.slice(0, MOST_ENVIRONMENTS);
  const projects = new Set(shown.map(({ target }) => target.project));
  const [first] = shown;
  const longest = shown.map(({ months }) => months).reduce((a, b) => (b.length > a.length ? b : a), []);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone });
  return {
    ...{ kind: "dora", language, words: words.chart },
    title:
      shown.length === 1 && first
        ? nameOf(first.target)
        : projects.size === 1
          ? [...projects].join()
          : words.title,
    subtitle: words.subtitle(day.format(stats.at), timeZone),
    months: longest.map(({ month }) => month),
    environments: shown.map(({ target, months }) => ({
      name: projects.size === 1 ? target.environment : nameOf(target),
      values: valuesOf(padded(months, longest)),
    })),
  };
}

function wordsOf(language: Language): StatsWords {
  return { en: statsEn, fr: statsFr }[language];
}

function nameOf({ project, environment }: Target): string {
  return `${project} / ${environment}`;
}

/** Every environment has as many months in the picture: nothing for those before its first deployment. */
function padded(months: readonly MonthFigures[], longest: readonly MonthFigures[]): readonly MonthFigures[] {
  const missing = longest.slice(0, longest.length - months.length);
  return [...missing.map(({ month }) => ({ month, deployments: 0 })), ...months];
}

function valuesOf(months: readonly MonthFigures[]): DoraChartEnvironment["values"] {
  return {
    deployments: months.map(({ deployments }) => deployments),
    leadTime: months.map(({ leadTimeMs }) => leadTimeMs),
    changeFailureRate: months.map(({ changeFailureRate }) => changeFailureRate),
    timeToRestore: months.map(({ timeToRestoreMs }) => timeToRestoreMs),
  };
}

/** The newest month first. */
function figuresTable(months: readonly MonthFigures[], words: StatsWords, language: Language): string {
  const { month, deployments, leadTime, failures, restore } = words.column;
  const percent = new Intl.NumberFormat(language, { style: "percent" });
  const span = (milliseconds: number | undefined) => spanText(milliseconds, words, language);
  const rows = months
    .toReversed()
    .map((figures) => [
      figures.month,
      String(figures.deployments),
      span(figures.leadTimeMs),
      figures.changeFailureRate === undefined ? "–" : percent.format(figures.changeFailureRate),
      span(figures.timeToRestoreMs),
    ]);
  return table([[month, deployments, leadTime, failures, restore], ...rows]);
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `25 min`, `3.2 h`, `4 d`. */
function spanText(milliseconds: number | undefined, { unit }: StatsWords, language: Language): string {
  if (milliseconds === undefined) return "–";
  const format = (count: number, name: keyof StatsWords["unit"]) => {
    const digits = { maximumFractionDigits: count < 10 ? 1 : 0 };
    return `${new Intl.NumberFormat(language, digits).format(count)} ${unit[name]}`;
  };
  if (milliseconds < 90_000) return format(milliseconds / 1_000, "s");
  if (milliseconds < 90 * MINUTE_MS) return format(milliseconds / MINUTE_MS, "min");
  if (milliseconds < 2 * DAY_MS) return format(milliseconds / HOUR_MS, "h");
  return format(milliseconds / DAY_MS, "d");
}

/** Where there were more deployments than Slipway counts. */
function countedSince(shown: readonly EnvironmentStats[], words: StatsWords): string {
  return shown
    .flatMap(({ target, countedSince: since }) =>
      since === undefined ? [] : [words.countedSince(nameOf(target), relativeTime(since))],
    )
    .slice(0, MOST_ENVIRONMENTS)
    .join("\n");
}

function footer(shown: readonly EnvironmentStats[], left: number, words: StatsWords, picture?: Buffer) {
  const inPicture = picture !== undefined && shown.length > MOST_ENVIRONMENTS ? words.notInPicture : "";
  const text = together([inPicture, left > 0 ? words.moreEnvironments(left) : ""], " ");
  return text === "" ? {} : { footer: { text } };
}
