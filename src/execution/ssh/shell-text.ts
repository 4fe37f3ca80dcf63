import { randomBytes, randomInt } from "node:crypto";
import { quote } from "../quote.js";

/** Sums of two stay within the 32 bits of the smallest shell arithmetic. */
const LARGEST_TERM = 2 ** 30;

/**
 * Starts our own shell, and reads one line of script from standard input once that shell has said its mark on both
 * streams. All login shells read this text alike: one line, without a quote inside the quotes, a backslash or an
 * exclamation mark. It has no `exec` and no path, which restricted shells refuse. The options that a start-up file may
 * have exported (SHELLOPTS) go, and so does a variable that would take the script along into the command's environment.
 */
const GREETING =
  "set +aefuvx; unset slipway; slipway_mark=slipway-$0-$(($1+$2)); echo $slipway_mark; echo $slipway_mark >&2; " +
  'IFS= read -r slipway && eval "$slipway"';

export interface Greeting {
  /** For the login shell. */
  readonly text: string;
  /** What our own shell says first on both streams. A host that only repeats the text cannot say it: it has a sum. */
  readonly mark: string;
}

/** Makes a new greeting, with a mark of its own. */
export function newGreeting(): Greeting {
  const name = randomBytes(12).toString("hex");
  const terms = [randomInt(LARGEST_TERM), randomInt(LARGEST_TERM)] as const;
  return {
    text: `sh -c '${GREETING}' ${name} ${terms.join(" ")}`,
    mark: `slipway-${name}-${terms[0] + terms[1]}\n`,
  };
}

/** Puts POSIX shell text on one line, which our own shell reads. */
export function toLine(script: string): string {
  if (!script.includes("\n")) return `${script}\n`;
  const lines = quote([script]).replaceAll("\n", `'"$slipway_break"'`);
  return `slipway_break=$(echo; echo .); slipway_break=\${slipway_break%.}; eval ${lines}\n`;
}

/** Marks the exit code of one command. It reaches our own shell alone, and no argument or environment on the host. */
export function newExitMark(): string {
  return `slipway-${randomBytes(16).toString("hex")}:`;
}

/**
 * Runs a command with an empty standard input, and says its exit code after the mark on both streams. Our own shell's
 * standard error is put aside: there it would remark that a signal ended the command.
 */
export function reportingExit(script: string, mark: string): string {
  const command = `(${script}) </dev/null 2>&9 9>&-; slipway_code=$?`;
  return `exec 9>&2 2>/dev/null; ${command}; echo ${mark}$slipway_code; echo ${mark}$slipway_code >&9`;
}
