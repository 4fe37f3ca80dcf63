import type { Language } from "../config/schema.js";
import type { HealthRange, HealthSeries } from "../health/health-series.js";

/** What every picture says of itself. Texts are drawn as they are: markdown and mentions mean nothing in a picture. */
interface ChartView {
  /** Such as `shop / prod`; shrunk where it is long. */
  readonly title: string;
  /** One line below it, at most about 70 characters. */
  readonly subtitle: string;
  /** For numbers and dates. */
  readonly language: Language;
}

/** How one environment was, over several ranges. */
export interface HealthChartView extends ChartView {
  readonly kind: "health";
  /** IANA name. */
  readonly timeZone: string;
  readonly series: readonly HealthSeries[];
  readonly words: HealthChartWords;
}

export interface HealthChartWords {
  readonly range: Readonly<Record<HealthRange, string>>;
  readonly up: string;
  readonly down: string;
  readonly unknown: string;
  readonly average: string;
  readonly p95: string;
  readonly noData: string;
}

export type DoraMeasure = "deployments" | "leadTime" | "changeFailureRate" | "timeToRestore";

/** The four measures of some environments, month by month. */
export interface DoraChartView extends ChartView {
  readonly kind: "dora";
  /** `2025-06`, oldest first. */
  readonly months: readonly string[];
  readonly environments: readonly DoraChartEnvironment[];
  readonly words: DoraChartWords;
}

export interface DoraChartEnvironment {
  readonly name: string;
  /**
   * One value for each month; undefined where there is nothing to measure. Counts, shares from 0 to 1, and times in
   * milliseconds.
   */
  readonly values: Readonly<Record<DoraMeasure, readonly (number | undefined)[]>>;
}

export interface DoraChartWords {
  readonly measure: Readonly<Record<DoraMeasure, string>>;
  /** Below the name of a measure that is a time, such as `in hours`. */
  readonly unit: Readonly<Record<"s" | "min" | "h" | "d", string>>;
  readonly count: string;
  readonly share: string;
  readonly noData: string;
}
