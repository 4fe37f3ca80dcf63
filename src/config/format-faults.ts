import { styleText } from "node:util";
import type { ConfigFault } from "./fault.js";

/** Writes faults for a terminal: `slipway.yaml:12:7  path`, then the problem, what was found, and what to write. */
export function formatFaults(
  faults: readonly ConfigFault[],
  { color, kind = "fault" }: { readonly color: boolean; readonly kind?: "fault" | "warning" },
): string {
  const paint = (format: "bold" | "red" | "yellow" | "dim" | "green", text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const sharp = kind === "fault" ? "red" : "yellow";
  const blocks = faults.map((fault) => {
    const place = paint("bold", `${fault.file}:${fault.line}:${fault.column}`);
    return [
      fault.path === "" ? place : `${place}  ${fault.path}`,
      `  ${paint(sharp, kind === "fault" ? fault.problem : `warning: ${fault.problem}`)}`,
      `  ${paint("dim", "found:")} ${fault.found}`,
      `  ${paint("dim", "fix:")}   ${paint("green", fault.fix)}`,
      "",
    ].join("\n");
  });
  return `${blocks.join("\n")}\n${faults.length === 1 ? `1 ${kind}` : `${faults.length} ${kind}s`}\n`;
}

/** Whether a stream wants colour: a terminal, and `NO_COLOR` (no-color.org) unset or empty. */
export function wantsColor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && (env["NO_COLOR"] ?? "") === "";
}
