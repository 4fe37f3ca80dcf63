/** What a release adds to what runs, and what it takes away. */
export interface ChangesWords {
  readonly nowAndThen: (now: string, then: string) => string;
  readonly wouldRun: (commit: string) => string;
  readonly firstRelease: string;
  readonly sameRelease: string;
  /** GitHub did not compare, for whatever reason. */
  readonly notCompared: string;
  readonly unrelated: string;
  /** GitHub does not have the commit that runs. */
  readonly baseLost: string;
  readonly baseUnknown: string;
  /** What runs is not known; compared with what ran for certain last. */
  readonly baseUncertain: string;
  readonly baseMixed: string;
  readonly fullComparison: string;
  readonly commits: (count: number) => string;
  /** `cut`: GitHub names no more than these. */
  readonly files: (count: number, cut: boolean) => string;
  readonly migrations: (count: number, cut: boolean) => string;
  readonly moreCommits: (count: number) => string;
  readonly adds: (amounts: string) => string;
  readonly behind: (commits: string, files: string) => string;
  readonly diverged: (commits: string, files: string) => string;
  /** The removed commits' changes are in the release, in other commits. */
  readonly contained: string;
  readonly migrationsBack: (count: number, paths: string) => string;
  readonly noSubject: string;
}
