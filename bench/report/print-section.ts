import type { Row, Section } from "./section.js";

type Cells = readonly [string, string, string, string, string, string];

const HEAD: Cells = ["", "measure", "p50", "p99", "ratio", "goal"];

/** The section as a table for people; columns are as wide as their widest cell. */
export function printSection({ id, title, rows, notes }: Section): string {
  const lines: Cells[] = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const table = lines.map((cells) =>
    cells
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join("  ")
      .trimEnd(),
  );
  return [`(${id}) ${title}`, "", ...table, "", ...notes.map((note) => `  - ${note}`), ""].join("\n");
}

function cellsOf(row: Row): Cells {
  return [
    row.subject,
    row.measure,
    figure(row.p50, row),
    row.p99 === undefined ? "" : figure(row.p99, row),
    row.ratio === undefined ? "" : row.ratio.toFixed(2),
    row.goal === undefined ? "" : `${row.goal.text}: ${row.goal.met ? "met" : "missed"}`,
  ];
}

function figure(value: number, { unit }: Row): string {
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}

/** Names and goals start at the left, numbers end at the right. */
function pad(cell: string, width: number, column: number): string {
  return column >= 2 && column <= 4 ? cell.padStart(width) : cell.padEnd(width);
}
