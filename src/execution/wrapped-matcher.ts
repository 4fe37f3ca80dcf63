import { type AutomatonState, advance } from "./pattern-automaton.js";

/** A break where the line is shorter is the end of a word: it is bridged only where a secret has clearly begun. */
const SHORTEST_LINE = 16;
const CLEARLY_BEGUN = 8;

/** Between two lines: a line break, also as JSON writes it, and what the next line is indented by. */
const LINE_BREAK = /^(?:\r?\n|(?:\\r)?\\n)[ \t]{0,16}$/;
const BEGINNING_OF_BREAK = /^(?:\r|\\|\\r|\\r\\)$/;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Letters, digits, and the marks of both alphabets: `+/` and `-_`. */
const IS_BASE64 = Uint8Array.from({ length: 128 }, (_, unit) =>
  /[\w+/-]/.test(String.fromCharCode(unit)) ? 1 : 0,
);

/** What stands between two units of base64 and is none itself. */
interface Gap {
  /** Units of base64 before it. */
  readonly at: number;
  readonly length: number;
}

/**
 * Finds forms in base64 also where line breaks cut them, as `base64`, `openssl`, MIME and PEM make them, and where JSON
 * puts a backslash before a slash. One line break at a time: what is held back stays bounded by the forms.
 */
export class WrappedMatcher {
  readonly #start: AutomatonState;
  #state: AutomatonState;
  /** Units of base64 so far. */
  #count = 0;
  /** Of them on this line, in a row. */
  #run = 0;
  /** Those inside of what may become a match, oldest first. */
  #gaps: Gap[] = [];
  /** What may become a gap, or is one that goes on. */
  #open = "";

  constructor(start: AutomatonState) {
    this.#start = start;
    this.#state = start;
  }

  /** How much of the text's end may be the beginning of a match. */
  get pending(): number {
    return this.#state.depth === 0 ? 0 : this.#withGaps(this.#state.depth) + this.#open.length;
  }

  /** @returns length in the text of the longest match that ends with this unit; 0 for none */
  advance(unit: number): number {
    if (unit === LINE_FEED || unit === CARRIAGE_RETURN || unit === BACKSLASH || this.#open !== "") {
      if (this.#goesOn(unit)) return 0;
      this.#close(unit);
    }
    this.#state = advance(this.#state, unit);
    this.#count++;
    this.#run = IS_BASE64[unit] === 1 ? this.#run + 1 : 0;
    if (this.#gaps.length > 0) this.#forget();
    return this.#state.longestMatch === 0 ? 0 : this.#withGaps(this.#state.longestMatch);
  }

  reset(): void {
    this.#state = this.#start;
    this.#gaps = [];
    this.#open = "";
    this.#run = 0;
  }

  /** Takes the unit for a part of a gap, where it is one. */
  #goesOn(unit: number): boolean {
    if (this.#state.depth === 0) return false;
    const gap = this.#open + String.fromCharCode(unit);
    if (LINE_BREAK.test(gap) ? !this.#mayWrap() : !BEGINNING_OF_BREAK.test(gap)) return false;
    this.#open = gap;
    return true;
  }

  #mayWrap(): boolean {
    return this.#run >= SHORTEST_LINE || this.#state.depth >= CLEARLY_BEGUN;
  }

  /** The unit after a gap, which may turn out to be none. */
  #close(unit: number): void {
    const length = this.#open.length;
    const isWrap = LINE_BREAK.test(this.#open);
    if (isWrap) this.#run = 0;
    if (isWrap || (this.#open === "\\" && unit === SLASH)) this.#gaps.push({ at: this.#count, length });
    else if (length > 0) this.reset();
    this.#open = "";
  }

  #withGaps(length: number): number {
    const start = this.#count - length;
    return this.#gaps.reduce((sum, gap) => (gap.at > start ? sum + gap.length : sum), length);
  }

  #forget(): void {
    const start = this.#count - this.#state.depth;
    while (this.#gaps[0] !== undefined && this.#gaps[0].at <= start) this.#gaps.shift();
  }
}
