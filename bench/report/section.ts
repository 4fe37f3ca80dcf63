import { median, quantile } from "./statistics.js";

export const SECTION_IDS = ["a", "b", "c", "d", "e", "f"] as const;
export type SectionId = (typeof SECTION_IDS)[number];

export type Unit = "ms" | "/s" | "MB";

/** What the issue asks for, and whether this run reached it. */
export interface Goal {
  /** The limit in words: `ratio ≤ 0.7`. */
  readonly text: string;
  readonly met: boolean;
}

/** One thing that was measured of one subject. */
export interface Row {
  readonly subject: string;
  readonly measure: string;
  readonly unit: Unit;
  /** How many runs the figures come from. */
  readonly runs: number;
  /** Median over the runs. */
  readonly p50: number;
  /** Over the runs, where a run is one sample; where it holds many, the median of the runs' own p99. */
  readonly p99?: number;
  /** p50 in relation to the p50 of the subject that the section compares with. */
  readonly ratio?: number;
  readonly goal?: Goal;
}

/** The outcome of one comparison. */
export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly rows: readonly Row[];
  /** What a reader has to know to read the rows. */
  readonly notes: readonly string[];
}

/** What a comparison is given to run with. */
export interface BenchOptions {
  readonly runs: number;
  /** Gets one line where something takes long. */
  readonly progress: (line: string) => void;
}

/** One comparison that can be asked for by its letter. */
export interface Benchmark {
  readonly id: SectionId;
  readonly title: string;
  readonly defaultRuns: number;
  /** @throws Error when it cannot measure; a goal that is missed is an outcome, not an error */
  measure(options: BenchOptions): Promise<Omit<Section, "id" | "title">>;
}

/** A row whose every run gave one sample. */
export function rowOf(
  named: Pick<Row, "subject" | "measure" | "unit">,
  samples: readonly number[],
  more: Pick<Row, "ratio" | "goal"> = {},
): Row {
  const figures = { runs: samples.length, p50: median(samples), p99: quantile(samples, 0.99) };
  return { ...named, ...figures, ...more };
}
