import type { CommitRequest, PageApplication, PageRepository, SwitchRequest } from "./common/wire.js";

/** What the page can do beside Discord. Whoever starts the sandbox decides what it means. */
export interface WebActions {
  /** Where the page can push to. Asked again whenever something changes. */
  repositories(): readonly PageRepository[];
  /**
   * Makes a real commit and delivers its push.
   * @throws Error whose message is shown to the person when it could not be pushed.
   */
  pushCommit(commit: CommitRequest): Promise<{ readonly sha: string }>;
  applications(): readonly PageApplication[];
  /**
   * Stops an application behind Slipway's back, or starts it again.
   * @throws Error whose message is shown to the person
   */
  switchApplication(wanted: SwitchRequest): Promise<void>;
}
