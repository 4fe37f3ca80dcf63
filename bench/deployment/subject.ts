/** One way to put a commit on the host. */
export interface Subject {
  readonly name: string;
  /** Not timed: brings about what the name promises, such as an open connection. */
  before?(): Promise<void>;
  /** Runs the steps for one commit; resolves when the subject itself says that it is done. */
  deploy(sha: string): Promise<Deployed>;
  close?(): Promise<void>;
}

/** When things happened that the subject alone can see, as `performance.now()`. */
export interface Deployed {
  readonly startedAt: number;
  readonly finishedAt: number;
  /** When the person got a first answer, for a subject that has persons. */
  readonly answeredAt?: number;
}
