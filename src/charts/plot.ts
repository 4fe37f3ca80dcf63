import { scaleLinear } from "d3-scale";
import { COLOUR, SIZE } from "./look.js";
import { element, textAt } from "./svg.js";

/** Where a plot lies in its picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ValueAxis {
  readonly y: (value: number) => number;
  readonly drawn: string;
}

const LABEL_GAP = 12;
/** From a baseline to the middle of a digit, in ems. */
const HALF_DIGIT = 0.36;

/** Grid lines from 0 up to the largest value or a little above, labelled on the left. @param ticks about how many */
export function valueAxis(box: Box, largest: number, label: (value: number) => string, ticks = 3): ValueAxis {
  const scale = scaleLinear([0, largest], [box.top + box.height, box.top]).nice(ticks);
  const drawn = scale.ticks(ticks).map((value) => {
    const y = scale(value);
    const line = element("line", {
      ...{ x1: box.left, x2: box.left + box.width, y1: y, y2: y },
      ...{ stroke: COLOUR.grid, "stroke-width": 1.5 },
    });
    const style = { size: SIZE.text, fill: COLOUR.muted, anchor: "end" } as const;
    return line + textAt(box.left - LABEL_GAP, y + SIZE.text * HALF_DIGIT, label(value), style);
  });
  return { y: scale, drawn: drawn.join("") };
}

export function noData(box: Box, words: string): string {
  const style = { size: SIZE.text, fill: COLOUR.muted, anchor: "middle" } as const;
  return textAt(box.left + box.width / 2, box.top + box.height / 2 + SIZE.text * HALF_DIGIT, words, style);
}
