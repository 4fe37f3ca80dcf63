/** Turns bytes into whole characters, and knows which byte the text reaches up to. */
export class Utf8Text {
  #held: Buffer = Buffer.alloc(0);

  /** Bytes of a character that is not complete yet. */
  get heldBytes(): number {
    return this.#held.length;
  }

  write(chunk: Buffer): string {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const whole = bytes.length - unfinished(bytes);
    // A copy, so that three bytes do not keep a whole chunk in memory.
    this.#held = Buffer.from(bytes.subarray(whole));
    return bytes.toString("utf8", 0, whole);
  }

  /** The rest, which became no character. */
  end(): string {
    const rest = this.#held.toString("utf8");
    this.#held = Buffer.alloc(0);
    return rest;
  }
}

/** How many of the last bytes begin a character whose other bytes are still to come. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** Length of the character that a first byte announces; 1 for a byte that begins none. */
function lengthOf(first: number): number {
  if (first >= 0xf8) return 1;
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}
