import { MarkFinder } from "./find-mark.js";

const NOTHING = Buffer.alloc(0);
/** What our own shell writes after the mark. */
const CODE = /^(\d{1,3})\n/;
const LONGEST_CODE = 4;

export interface ReadExit {
  /** Bytes of the command. What a process that it left behind prints after the code is left out. */
  readonly output: Buffer;
  /** In the call that completes it. */
  readonly code?: number;
}

/** Separates what a command prints on one stream from the exit code that our own shell reports there. */
export class ExitReader {
  readonly #finder: MarkFinder;
  #code: Buffer | undefined;
  #over = false;

  constructor(mark: string) {
    this.#finder = new MarkFinder(mark);
  }

  write(chunk: Buffer): ReadExit {
    if (this.#over) return { output: NOTHING };
    if (this.#code !== undefined) return { output: NOTHING, ...this.#readCode(chunk) };
    const { before, after } = this.#finder.write(chunk);
    if (after === undefined) return { output: before };
    this.#code = NOTHING;
    return { output: before, ...this.#readCode(after) };
  }

  /** Bytes that looked like the beginning of the mark, of a stream that ended without it. */
  end(): Buffer {
    return this.#finder.end();
  }

  #readCode(bytes: Buffer): { readonly code?: number } {
    const code = Buffer.concat([this.#code ?? NOTHING, bytes]).subarray(0, LONGEST_CODE);
    this.#code = code;
    const digits = CODE.exec(code.toString("latin1"))?.[1];
    if (digits === undefined) return {};
    this.#over = true;
    return { code: Number(digits) };
  }
}
