/** One mistake in the configuration file: where it stands, what was read, and what would be right. */
export interface ConfigFault {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** `projects.shop.environments.uat.hosts[0]`; empty for the file as a whole. */
  readonly path: string;
  /** A short quotation or description. Never holds what looks like a secret. */
  readonly found: string;
  readonly problem: string;
  readonly fix: string;
}

export type ConfigPath = readonly (string | number)[];

/** A fault before its position in the text is known. */
export interface Finding {
  readonly path: ConfigPath;
  /** Whether the key itself is wrong or the value under it. */
  readonly target: "key" | "value";
  readonly problem: string;
  readonly fix: string;
}
