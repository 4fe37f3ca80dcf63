import { styleText } from "node:util";
import type { ConfigFault } from "./fault.js";

/** Writes faults for a terminal: `slipway.yaml:12:7  path`, then the problem, what was found, and what to write. */
export function formatFaults(faults: readonly ConfigFault[], options: { readonly color: boolean }): string {
  const paint = (format: "bold" | "red" | "dim" | "green", text: string): string =>
    options.color ? styleText(format, text, { validateStream: false }) : text;
  const blocks = faults.map((fault) => {
    const place = paint("bold", `${fault.file}:${fault.line}:${fault.column}`);
    return [
      fault.path === "" ? place : `${place}  ${fault.path}`,
      `  ${paint("red", fault.problem)}`,
      `  ${paint("dim", "found:")} ${fault.found}`,
      `  ${paint("dim", "fix:")}   ${paint("green", fault.fix)}`,
      "",
    ].join("\n");
  });
  return `${blocks.join("\n")}\n${faults.length === 1 ? "1 fault" : `${faults.length} faults`}\n`;
}

/** Whether a stream wants colour: a terminal, and `NO_COLOR` (no-color.org) unset or empty. */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "";
}
