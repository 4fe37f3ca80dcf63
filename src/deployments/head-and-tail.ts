import { OutputEnd } from "../output-end.js";

/** What comes first says what was begun; what comes last says why it failed, and gets the larger share. */
const HEAD_SHARE = 1 / 4;

/** Keeps the start and the end of one output within a budget of bytes, counted in UTF-8. */
export class HeadAndTail {
  readonly #tail: OutputEnd;
  #headRoom: number;
  #tailBytes = 0;
  #isHeadOpen = true;

  /** @param used how much of the output's start is stored already, bytes */
  constructor(budget: number, used = 0) {
    const head = Math.floor(budget * HEAD_SHARE);
    this.#headRoom = Math.max(0, head - used);
    this.#tail = new OutputEnd(budget - head);
  }

  /** All that was taken was given out. */
  get isHeadOpen(): boolean {
    return this.#isHeadOpen;
  }

  /** @returns what belongs to the start; the end is kept until {@link end} */
  take(text: string): string {
    if (!this.#isHeadOpen) {
      this.#keep(text);
      return "";
    }
    const bytes = Buffer.byteLength(text);
    if (bytes <= this.#headRoom) {
      this.#headRoom -= bytes;
      return text;
    }
    this.#isHeadOpen = false;
    const head = wholeStart(text, this.#headRoom);
    this.#keep(text.slice(head.length));
    return head;
  }

  /** The end of the output, and how many bytes between the start and the end were left out. */
  end(): { readonly text: string; readonly leftOut: number } {
    const { text } = this.#tail.end();
    return { text, leftOut: this.#tailBytes - Buffer.byteLength(text) };
  }

  #keep(text: string): void {
    this.#tailBytes += Buffer.byteLength(text);
    this.#tail.write(text);
  }
}

/** The first whole lines of a text that fit, or its first whole characters where not even one line does. */
function wholeStart(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text).subarray(0, maxBytes);
  const lines = bytes.lastIndexOf("\n") + 1;
  if (lines > 0) return bytes.toString("utf8", 0, lines);
  // The beginning of a character that was cut becomes one mark, which was not in the text.
  const cut = bytes.toString();
  return text.startsWith(cut) ? cut : cut.slice(0, -1);
}
