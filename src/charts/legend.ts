import { COLOUR, MARGIN, SIZE, WIDTH, widthOf } from "./look.js";
import { element, textAt } from "./svg.js";

export interface LegendEntry {
  readonly colour: string;
  readonly words: string;
}

const SWATCH = 18;
const GAP = 10;
const BETWEEN = 24;
const ROW_HEIGHT = 36;
/** Between it and what is above. */
const ABOVE = 12;

/** What the colours mean, in as many rows as it takes. @param top where what is above ends */
export function legend(entries: readonly LegendEntry[], top: number): string {
  return placed(entries)
    .map(({ colour, words, x, row }) => {
      const y = top + ABOVE + (row + 1) * ROW_HEIGHT - GAP;
      const swatch = { x, y: y - SWATCH + 1, width: SWATCH, height: SWATCH, rx: 4, fill: colour };
      const style = { size: SIZE.text, fill: COLOUR.muted };
      return element("rect", swatch) + textAt(x + SWATCH + GAP, y, words, style);
    })
    .join("");
}

export function legendHeight(entries: readonly LegendEntry[]): number {
  const last = placed(entries).at(-1);
  return last === undefined ? 0 : ABOVE + (last.row + 1) * ROW_HEIGHT;
}

function placed(entries: readonly LegendEntry[]) {
  let [x, row] = [MARGIN, 0];
  return entries.map((entry) => {
    const width = SWATCH + GAP + widthOf(entry.words, SIZE.text);
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, row] = [MARGIN, row + 1];
    const at = { ...entry, x, row };
    x += width + BETWEEN;
    return at;
  });
}
