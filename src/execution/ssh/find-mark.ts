const NOTHING = Buffer.alloc(0);

export interface Found {
  /** Bytes that are not part of the mark and cannot become one. */
  readonly before: Buffer;
  /** Bytes after the mark; `undefined` until all of the mark has come. */
  readonly after: Buffer | undefined;
}

/** Finds one mark in a stream of bytes, also where the mark is split over chunks or does not begin a line. */
export class MarkFinder {
  readonly #mark: Buffer;
  /** The end of the bytes so far, as much of it as may be the beginning of the mark. */
  #held: Buffer = NOTHING;

  constructor(mark: string) {
    this.#mark = Buffer.from(mark);
  }

  /** Takes the next bytes of the stream. The bytes that follow the mark are the caller's own matter. */
  write(chunk: Buffer): Found {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = bytes.indexOf(this.#mark);
    if (at >= 0) {
      this.#held = NOTHING;
      return { before: bytes.subarray(0, at), after: bytes.subarray(at + this.#mark.length) };
    }
    const kept = bytes.length - this.#beginningAtEndOf(bytes);
    this.#held = Buffer.from(bytes.subarray(kept));
    return { before: bytes.subarray(0, kept), after: undefined };
  }

  /** Gives back the bytes that were held, for a stream that ended without the mark. */
  end(): Buffer {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  /** Length of the longest end of these bytes that the mark begins with. */
  #beginningAtEndOf(bytes: Buffer): number {
    const longest = Math.min(this.#mark.length - 1, bytes.length);
    for (let length = longest; length > 0; length--) {
      if (bytes.subarray(bytes.length - length).equals(this.#mark.subarray(0, length))) return length;
    }
    return 0;
  }
}
