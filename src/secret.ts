import { inspect } from "node:util";

const REDACTED = "[redacted]";

/**
 * A value that must never be printed. Strings, JSON, `console.log` and pino all show `[redacted]`;
 * only {@link Secret.reveal} gives the value, so every use can be found by searching for it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
