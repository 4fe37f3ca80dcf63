import type { Secret } from "../secret.js";
import { type AutomatonState, advance, buildAutomaton } from "./pattern-automaton.js";
import { base64Forms, secretForms } from "./secret-forms.js";
import { WrappedMatcher } from "./wrapped-matcher.js";

/** Redacts one text that comes in pieces. */
export interface RedactingStream {
  /** Gives what is certain to be free of secrets; what may be the beginning of one is kept for the next call. */
  write(text: string): string;
  /** Gives the rest. Afterwards the stream begins anew. */
  end(): string;
  /** All that was written has been given out. */
  readonly isEmpty: boolean;
}

export interface Redactor {
  redact(text: string): string;
  stream(): RedactingStream;
}

/**
 * Replaces secrets in text, in all their {@link secretForms | forms} and in {@link base64Forms | base64}, with `[redacted]`. Secrets of fewer than 6
 * characters are ignored. Text without secrets is never changed. Takes time in proportion to the text.
 */
export function createRedactor(secrets: readonly Secret[]): Redactor {
  const texts = secrets.map((secret) => secret.reveal());
  const forms = new Set(texts.flatMap((text) => [...secretForms(text)]));
  const inBase64 = new Set(texts.flatMap((text) => [...base64Forms(text)]));
  const starts = { plain: buildAutomaton(forms), base64: buildAutomaton(inBase64) };
  const mark = safeMark(new Set([...forms, ...inBase64]));
  const stream = () => new SecretFilter(starts, mark);
  return {
    stream,
    redact(text) {
      const filter = stream();
      return filter.write(text) + filter.end();
    },
  };
}

interface Hidden {
  start: number;
  end: number;
  /** The mark that stands for it was already given out. */
  marked: boolean;
}

class SecretFilter implements RedactingStream {
  readonly #start: AutomatonState;
  readonly #base64: WrappedMatcher;
  readonly #mark: string;
  #state: AutomatonState;
  /** Text that was not given out yet; all positions count from its beginning. */
  #held = "";
  /** Stretches of `#held` that matches cover, in order, none overlapping another. */
  #hidden: Hidden[] = [];

  constructor({ plain, base64 }: Readonly<Record<"plain" | "base64", AutomatonState>>, mark: string) {
    this.#start = plain;
    this.#base64 = new WrappedMatcher(base64);
    this.#mark = mark;
    this.#state = plain;
  }

  write(text: string): string {
    const before = this.#held.length;
    this.#held += text;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      this.#state = advance(this.#state, unit);
      const length = Math.max(this.#state.longestMatch, this.#base64.advance(unit));
      if (length > 0) this.#hide(before + index + 1 - length, before + index + 1);
    }
    return this.#giveOut(this.#held.length - Math.max(this.#state.depth, this.#base64.pending));
  }

  get isEmpty(): boolean {
    return this.#held === "";
  }

  end(): string {
    const rest = this.#giveOut(this.#held.length);
    this.#state = this.#start;
    this.#base64.reset();
    this.#hidden = [];
    return rest;
  }

  /** Overlapping matches are hidden together: half of the second one would be left over otherwise. */
  #hide(start: number, end: number): void {
    const stretch = { start, end, marked: false };
    for (let last = this.#hidden.at(-1); last && last.end > stretch.start; last = this.#hidden.at(-1)) {
      stretch.start = Math.min(stretch.start, last.start);
      stretch.marked ||= last.marked;
      this.#hidden.pop();
    }
    this.#hidden.push(stretch);
  }

  /** Gives out all up to `limit`, where a match that is still to come cannot begin before. */
  #giveOut(limit: number): string {
    let output = "";
    let from = 0;
    const later: Hidden[] = [];
    for (const { start, end, marked } of this.#hidden) {
      if (start < limit) {
        output += this.#held.slice(from, Math.max(from, start)) + (marked ? "" : this.#mark);
        from = Math.min(end, limit);
      }
      if (end > limit)
        later.push({ start: Math.max(0, start - limit), end: end - limit, marked: marked || start < limit });
    }
    output += this.#held.slice(from, limit);
    this.#held = this.#held.slice(limit);
    this.#hidden = later;
    return output;
  }
}

/**
 * A mark that cannot become part of a secret together with what stands beside it. `[redacted]` is right for all
 * secrets but those with the same brackets or the same word in the wrong place.
 */
function safeMark(patterns: ReadonlySet<string>): string {
  const all = [...patterns];
  const isSafe = (mark: string) => all.every((pattern) => !touches(pattern, mark));
  const usual = ["[redacted]", "***", "█████"].find(isSafe);
  if (usual !== undefined) return usual;
  const used = new Set(all.join(""));
  for (let code = 0x2580; ; code++) {
    const mark = String.fromCharCode(code);
    if (!used.has(mark)) return mark;
  }
}

/** Whether an occurrence of the pattern could contain, or lie in, or overlap the mark. */
function touches(pattern: string, mark: string): boolean {
  if (pattern.includes(mark) || mark.includes(pattern)) return true;
  for (let length = 1; length < mark.length; length++) {
    if (pattern.endsWith(mark.slice(0, length)) || pattern.startsWith(mark.slice(-length))) return true;
  }
  return false;
}
