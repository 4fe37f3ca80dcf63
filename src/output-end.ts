const LINE_FEED = 0x0a;

/** Keeps the end of an output, in memory of at most twice the limit, in however many pieces the output comes. */
export class OutputEnd {
  readonly #maxBytes: number;
  #bytes = Buffer.alloc(0);
  #length = 0;
  #dropped = false;

  /** @param maxBytes of what is kept, counted in UTF-8 */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  write(text: string): void {
    const size = Buffer.byteLength(text);
    if (size > this.#maxBytes) {
      this.#replace(Buffer.from(text).subarray(-this.#maxBytes));
      return;
    }
    if (this.#length + size > 2 * this.#maxBytes) this.#keepLast(this.#maxBytes);
    this.#grow(this.#length + size);
    this.#bytes.write(text, this.#length);
    this.#length += size;
  }

  /** What was kept, from the beginning of a line on where it has one, and whether anything came before it. */
  end(): { readonly text: string; readonly shortened: boolean } {
    if (this.#length > this.#maxBytes) this.#keepLast(this.#maxBytes);
    const kept = this.#bytes.subarray(0, this.#length);
    const text = kept.toString("utf8", this.#dropped ? firstWhole(kept) : 0);
    return { text, shortened: this.#dropped };
  }

  /** For a piece that is more than what is kept. */
  #replace(bytes: Buffer): void {
    this.#grow(bytes.length);
    bytes.copy(this.#bytes);
    this.#length = bytes.length;
    this.#dropped = true;
  }

  /** @param keep bytes, fewer than there are */
  #keepLast(keep: number): void {
    this.#bytes.copyWithin(0, this.#length - keep, this.#length);
    this.#length = keep;
    this.#dropped = true;
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.min(2 * this.#maxBytes, Math.max(needed, 2 * this.#bytes.length)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

/** Where the first whole line begins, or at least the first whole character. */
function firstWhole(bytes: Buffer): number {
  const line = bytes.indexOf(LINE_FEED) + 1;
  if (line > 0 && line < bytes.length) return line;
  const character = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return character === -1 ? bytes.length : character;
}

/** The last lines of a text. A line break at its end begins no line of its own. */
export function lastLines(text: string, count: number): string {
  let start = text.endsWith("\n") ? text.length - 1 : text.length;
  for (let lines = 0; lines < count; lines += 1) {
    start = start === 0 ? -1 : text.lastIndexOf("\n", start - 1);
    if (start === -1) return text;
  }
  return text.slice(start + 1);
}
