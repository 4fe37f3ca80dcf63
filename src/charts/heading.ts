import { COLOUR, fittingSize, MARGIN, SIZE, WIDTH } from "./look.js";
import { textAt } from "./svg.js";

/** Where the first thing below it may begin. */
export const HEADING_HEIGHT = 100;

export function heading({ title, subtitle }: { readonly title: string; readonly subtitle: string }): string {
  const width = WIDTH - 2 * MARGIN;
  const large = { size: fittingSize(title, SIZE.title, width), fill: COLOUR.ink, bold: true };
  const small = { size: fittingSize(subtitle, SIZE.text, width), fill: COLOUR.muted };
  return textAt(MARGIN, 54, title, large) + textAt(MARGIN, 86, subtitle, small);
}
