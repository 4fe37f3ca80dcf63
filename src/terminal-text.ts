import { hasInvisible, withoutInvisible } from "./visible-text.js";

/** A line is held until its end has come, up to about this many characters. */
const MAX_HELD = 64 * 1024;
/** An escape sequence that is longer is taken for text. */
const MAX_SEQUENCE = 1_024;

/** Text that a terminal shows as it is. */
const PLAIN_ASCII = /^[\n\t -~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be in it
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** An escape sequence, or a control character, or a run of text. */
const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
  /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]|([\u0000-\u0008\u000b-\u001f\u007f-\u009f])|([^\u0000-\u0008\u000b-\u001f\u007f-\u009f]+)/gu;
/** The beginning of an escape sequence whose end is still to come. */
const UNFINISHED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
  /(?:\u001b|\u001b[ -/]+|(?:\u001b\[|\u009b)[0-?]*[ -/]*|\u001b[\]PX^_][^\u0007\u001b]*\u001b?)$/u;

/** Whether a terminal shows the text as it is, so that there is nothing to remove. */
export function isPlainText(text: string): boolean {
  return PLAIN_ASCII.test(text) || !(CONTROL.test(text) || hasInvisible(text));
}

/** The output of a command as a terminal would show each line at its end; see {@link TerminalText}. */
export function terminalText(text: string): string {
  const stream = new TerminalText();
  return stream.write(text) + stream.end();
}

/**
 * Turns output that comes in pieces into what a terminal would show at the end of each line: colours are removed,
 * progress that was written over with carriage returns leaves its last state. Gives whole lines; the line that has not
 * ended yet is held, up to a limit.
 */
export class TerminalText {
  #line = new ShownLine();
  /** Of the present line: what is not in `#line` yet. */
  #held = "";

  /** Nothing is held. */
  get isEmpty(): boolean {
    return this.#held === "" && this.#line.isEmpty;
  }

  write(text: string): string {
    const end = text.lastIndexOf("\n") + 1;
    const lines = end === 0 ? "" : this.#endLines(text.slice(0, end));
    this.#held += text.slice(end);
    return this.#held.length > MAX_HELD ? lines + this.#shorten() : lines;
  }

  /** Gives the line that was held. */
  end(): string {
    const rest = this.#endLine(this.#held);
    this.#held = "";
    return rest;
  }

  /** @param text one line or more, each with its end */
  #endLines(text: string): string {
    const all = this.#held + text;
    this.#held = "";
    if (this.#line.isEmpty && isPlainText(all)) return all;
    return all
      .slice(0, -1)
      .split("\n")
      .map((line) => `${this.#endLine(line)}\n`)
      .join("");
  }

  #endLine(text: string): string {
    const line = this.#line;
    if (line.isEmpty && isPlainText(text)) return text;
    line.write(text);
    this.#line = new ShownLine();
    return line.text;
  }

  /** Of a line without an end: keeps what is shown, or gives it out where even that is too long. */
  #shorten(): string {
    const unfinished = UNFINISHED.exec(this.#held);
    const end =
      unfinished === null || unfinished[0].length > MAX_SEQUENCE ? this.#held.length : unfinished.index;
    // A character may be cut into halves between two pieces.
    const last = this.#held.charCodeAt(end - 1);
    const whole = last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
    this.#line.write(this.#held.slice(0, whole));
    this.#held = this.#held.slice(whole);
    if (this.#line.length <= MAX_HELD / 2) return "";
    const { text } = this.#line;
    this.#line = new ShownLine();
    return text;
  }
}

/** One line of a terminal that has no right edge. */
class ShownLine {
  #characters: string[] = [];
  #column = 0;

  get isEmpty(): boolean {
    return this.#characters.length === 0;
  }

  get length(): number {
    return this.#characters.length;
  }

  get text(): string {
    return this.#characters.join("");
  }

  write(text: string): void {
    for (const [, parameters = "", command, control, run] of text.matchAll(TOKEN)) {
      if (run !== undefined) this.#put(run);
      else if (control === "\r") this.#column = 0;
      else if (control === "\b") this.#column = Math.max(0, this.#column - 1);
      else if (command !== undefined) this.#obey(command, parameters);
    }
  }

  #put(run: string): void {
    const characters = [...withoutInvisible(run)];
    while (this.#characters.length < this.#column) this.#characters.push(" ");
    if (this.#column === this.#characters.length) for (const each of characters) this.#characters.push(each);
    else
      characters.forEach((each, index) => {
        this.#characters[this.#column + index] = each;
      });
    this.#column += characters.length;
  }

  /** The sequences that change the present line. Nothing moves the cursor past the end of the line's text. */
  #obey(command: string, parameters: string): void {
    const count = Number.parseInt(parameters, 10);
    const to = (column: number) => {
      this.#column = Math.min(Math.max(0, column), this.#characters.length);
    };
    switch (command) {
      case "K":
        this.#erase(Number.isNaN(count) ? 0 : count);
        break;
      case "G":
        to((count || 1) - 1);
        break;
      case "C":
        to(this.#column + (count || 1));
        break;
      case "D":
        to(this.#column - (count || 1));
    }
  }

  #erase(what: number): void {
    if (what === 0) this.#characters.length = Math.min(this.#characters.length, this.#column);
    else if (what === 1) this.#characters.fill(" ", 0, this.#column + 1);
    else if (what === 2) this.#characters = [];
  }
}
