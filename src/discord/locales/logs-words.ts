/** What is said about `/logs`, in one language. Arguments are ready to be shown. */
export interface LogsWords {
  /** @param where project and environment, @param service the log's name */
  readonly attached: (where: string, service: string, lines: number) => string;
  /** Above the lines of a host that gave more than fits. */
  readonly shortened: (host: string) => string;
  /** In the file, in place of lines. */
  readonly empty: string;
  readonly roleMissing: (environment: string, roles: string) => string;
  readonly noLogs: (environment: string) => string;
  readonly unknownLog: (typed: string, known: string) => string;
}
