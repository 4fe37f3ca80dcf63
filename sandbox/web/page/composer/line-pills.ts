import { html, type TemplateResult } from "lit";
import type { LineHelp } from "../../common/suggest.js";

/** Draws the line with Discord's pills around its parts, letter for letter as the input above shows it. */
export function linePills(text: string, { line, focus }: LineHelp): readonly (TemplateResult | string)[] {
  if (line.kind !== "command") return [text];
  const parts: (TemplateResult | string)[] = [pill("pill-command", text.slice(0, line.nameEnd))];
  let at = line.nameEnd;
  for (const { option, from, valueFrom, to } of line.values) {
    const focused = focus?.option === option ? "focused" : "";
    parts.push(text.slice(at, from));
    if (option === undefined) parts.push(pill("pill-wrong", text.slice(from, to)));
    else {
      if (valueFrom > from) parts.push(pill(`pill-name ${focused}`, text.slice(from, valueFrom)));
      if (to > valueFrom) parts.push(pill(`pill-value ${focused}`, text.slice(valueFrom, to)));
    }
    at = to;
  }
  return [...parts, text.slice(at)];
}

function pill(name: string, text: string): TemplateResult {
  return html`<span class=${name}>${text}</span>`;
}
