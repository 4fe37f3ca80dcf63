import type { DoraChartWords } from "../../charts/views.js";

/** The words of `/stats`. */
export interface StatsWords {
  readonly title: string;
  /** Above the picture. @param day of the reader's calendar, @param timeZone where months begin */
  readonly subtitle: (day: string, timeZone: string) => string;
  readonly chart: DoraChartWords;
  /** The columns of the table, at most 8 characters each. */
  readonly column: Readonly<Record<"month" | "deployments" | "leadTime" | "failures" | "restore", string>>;
  /** What the columns mean, in one line. */
  readonly legend: string;
  readonly unit: Readonly<Record<"s" | "min" | "h" | "d", string>>;
  /** @param when a time that Discord draws */
  readonly countedSince: (environments: string, when: string) => string;
  readonly notInPicture: string;
  readonly moreEnvironments: (count: number) => string;
}
