import type { HealthChartWords } from "../../charts/views.js";
import type { HealthRange, HealthState } from "../../health/health-series.js";

/** The words of `/health`. */
export interface HealthWords {
  readonly title: string;
  /** Above the picture. @param time of the clocks there */
  readonly subtitle: (time: string, timeZone: string) => string;
  readonly chart: HealthChartWords;
  readonly state: Readonly<Record<HealthState, string>>;
  readonly range: Readonly<Record<HealthRange, string>>;
  /** Where nothing is known of a whole range. */
  readonly noHistory: string;
  readonly noChecks: string;
  /** What to write where, with an example in the configuration's own words. */
  readonly howToAdd: (example: string) => string;
  /** Columns of the overview. A check without latency has its state there. */
  readonly column: Readonly<Record<"environment" | "now" | HealthRange, string>>;
  /** What the columns mean. */
  readonly legend: string;
  /** In a table, where no check is configured. */
  readonly notChecked: string;
  /** @param when a time that Discord draws */
  readonly asOf: (when: string) => string;
  readonly moreChecks: (count: number) => string;
  readonly moreEnvironments: (count: number) => string;
}
