import { scaleBand } from "d3-scale";
import { COLOUR, ENVIRONMENT_COLOURS, fittingSize, SIZE, widthOf } from "./look.js";
import { type Box, noData, valueAxis } from "./plot.js";
import { element, textAt } from "./svg.js";

export interface BarPanel {
  readonly title: string;
  /** What the numbers are. */
  readonly unit: string;
  readonly months: readonly string[];
  /** One list for each environment, one value for each month; undefined leaves the place empty. */
  readonly values: readonly (readonly (number | undefined)[])[];
  readonly label: (value: number) => string;
  /** The axis reaches at least this far. */
  readonly least: number;
  readonly noData: string;
}

const HEADING = 68;
const AXIS_LEFT = 62;
const AXIS_BELOW = 36;
/** Room above the highest bar for its number. */
const HEADROOM = 24;
/** A bar for zero: nothing happened, which is not the same as nothing known. */
const LEAST_BAR = 2;
const WIDEST_BAR = 72;

/** Bars for each month, one for each environment, with the number above where there is room. */
export function barPanel(panel: BarPanel, box: Box): string {
  const { title, unit, values } = panel;
  const known = values.flat().filter((value) => value !== undefined);
  const heading = { size: fittingSize(title, SIZE.heading, box.width), fill: COLOUR.ink, bold: true };
  const head = textAt(box.left, box.top + 24, title, heading);
  if (known.length === 0) return head + noData(box, panel.noData);
  const below = textAt(box.left, box.top + 52, unit, { size: SIZE.text, fill: COLOUR.muted });
  const plot = {
    left: box.left + AXIS_LEFT,
    top: box.top + HEADING + HEADROOM,
    width: box.width - AXIS_LEFT,
    height: box.height - HEADING - HEADROOM - AXIS_BELOW,
  };
  const axis = valueAxis(plot, Math.max(panel.least, ...known), panel.label);
  return head + below + axis.drawn + bars(panel, plot, axis.y) + monthLabels(panel, plot);
}

function bars({ months, values, label }: BarPanel, plot: Box, y: (value: number) => number): string {
  const groups = monthBands(months, plot);
  const slots = scaleBand(values.keys(), [0, groups.bandwidth()]).paddingInner(0.1);
  const width = Math.min(slots.bandwidth(), WIDEST_BAR);
  const room = values.length === 1 ? groups.step() : slots.step();
  const labels = values.flat().map((value) => (value === undefined ? "" : label(value)));
  const labelled = labels.every((text) => widthOf(text, SIZE.text) < room);
  const draw = (value: number, middle: number, fill: string) => {
    const height = Math.max(LEAST_BAR, y(0) - y(value));
    const top = y(0) - height;
    const rx = Math.min(3, width / 4, height / 2);
    const bar = element("rect", { x: middle - width / 2, y: top, width, height, rx, fill });
    const style = { size: SIZE.text, fill: COLOUR.ink, anchor: "middle" } as const;
    return bar + (labelled ? textAt(middle, top - 7, label(value), style) : "");
  };
  return values
    .flatMap((list, environment) => {
      const fill = ENVIRONMENT_COLOURS[environment % ENVIRONMENT_COLOURS.length] ?? COLOUR.line;
      const offset = (slots(environment) ?? 0) + slots.bandwidth() / 2;
      return list.map((value, month) =>
        value === undefined ? "" : draw(value, (groups(month) ?? 0) + offset, fill),
      );
    })
    .join("");
}

/** As many names of months as there is room for, the newest always. */
function monthLabels({ months }: BarPanel, plot: Box): string {
  const groups = monthBands(months, plot);
  const widest = Math.max(...months.map((month) => widthOf(month, SIZE.text)));
  const every = Math.ceil((widest + 6) / groups.step());
  const style = { size: SIZE.text, fill: COLOUR.muted, anchor: "middle" } as const;
  return months
    .map((month, index) => {
      if ((months.length - 1 - index) % every !== 0) return "";
      const x = (groups(index) ?? 0) + groups.bandwidth() / 2;
      return textAt(x, plot.top + plot.height + 28, month, style);
    })
    .join("");
}

function monthBands(months: readonly string[], plot: Box) {
  return scaleBand(months.keys(), [plot.left, plot.left + plot.width])
    .paddingInner(0.25)
    .paddingOuter(0.12);
}
