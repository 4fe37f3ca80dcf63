export interface DroppedCount {
  readonly pushes: number;
  readonly schedules: number;
  readonly ref: string;
}

/** What is said about pushes and schedules that were not deployed. Arguments are ready to be shown. */
export interface DroppedWords {
  readonly headline: (where: string, count: DroppedCount) => string;
  readonly newest: (commit: string) => string;
  /** Neither a lock nor a freeze is left. */
  readonly free: (environment: string) => string;
  readonly press: (button: string, ref: string) => string;
  readonly requestEnded: (number: number, how: string) => string;
  readonly refused: (code: string) => string;
  readonly deployed: (person: string, number: number, ref: string) => string;
  /** @param number undefined where it came through several deployments */
  readonly runs: (number: number | undefined) => string;
}
