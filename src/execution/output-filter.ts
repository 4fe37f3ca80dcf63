import { isPlainText, TerminalText } from "../terminal-text.js";
import type { RedactingStream, Redactor } from "./redact.js";

/** Filters one output: no secrets, no escape codes, whole lines as a terminal would show them. */
export function filterOutput(redactor: Redactor): RedactingStream {
  return new OutputFilter(redactor);
}

/**
 * Redacts twice: the raw text, and once more what is shown, because escape codes and unseen characters may have cut a
 * secret into pieces. The second time is skipped where nothing was removed: a secret that continues behind an escape
 * code is held by the first stream up to that code, and comes here together with it.
 */
class OutputFilter implements RedactingStream {
  readonly #raw: RedactingStream;
  readonly #terminal = new TerminalText();
  readonly #shown: RedactingStream;
  /** What is held of the present line is not plain. */
  #changed = false;

  constructor(redactor: Redactor) {
    this.#raw = redactor.stream();
    this.#shown = redactor.stream();
  }

  get isEmpty(): boolean {
    return this.#raw.isEmpty && this.#terminal.isEmpty && this.#shown.isEmpty;
  }

  write(text: string): string {
    return this.#pass(this.#raw.write(text));
  }

  end(): string {
    const lines = this.#pass(this.#raw.end());
    const rest = this.#again(this.#terminal.end());
    this.#changed = false;
    return lines + rest + this.#shown.end();
  }

  #pass(text: string): string {
    this.#changed ||= !isPlainText(text);
    const shown = this.#again(this.#terminal.write(text));
    if (this.#terminal.isEmpty) this.#changed = false;
    return shown;
  }

  #again(shown: string): string {
    return this.#changed || !this.#shown.isEmpty ? this.#shown.write(shown) : shown;
  }
}

/** One text; see {@link filterOutput}. */
export function filterText(redactor: Redactor, text: string): string {
  const filter = filterOutput(redactor);
  return filter.write(text) + filter.end();
}
