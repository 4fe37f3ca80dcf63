import { badShare, type Figures } from "./figures.js";

const HEAD = [
  "nemesis",
  "strikes",
  "deployments",
  "ran twice",
  "overlapped",
  "lost",
  "false success",
  "indeterminate",
  "messages",
  "output",
  "untrue",
  "words",
  "audit",
  "reattach p50/p99",
  "seconds",
];

/** One row a campaign; columns are as wide as their widest cell. */
export function printTable(rows: readonly Figures[]): string {
  const table = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table
    .map((cells) => cells.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join("  "))
    .join("\n");
}

function cellsOf(figures: Figures): readonly string[] {
  const { violations } = figures;
  return [
    figures.name,
    String(figures.strikes),
    String(figures.deployments),
    String(violations["ran-twice"]),
    String(violations.overlapped),
    String(violations.lost),
    String(violations["false-success"]),
    `${figures.states["indeterminate"] ?? 0}/${figures.expectedIndeterminate}`,
    figures.messages === undefined ? "-" : messagesCell(figures),
    figures.messages === undefined ? "-" : String(violations.output),
    figures.samples === 0 ? "-" : `${violations.untrue} of ${figures.samples}`,
    figures.messages === undefined ? "-" : `${violations.words} of ${figures.messages + figures.answers}`,
    figures.entries === undefined ? "-" : `${violations.audit} of ${figures.entries}`,
    reattachCell(figures),
    String(figures.seconds),
  ];
}

/** `120/120`: exactly one message, in its final state. */
function messagesCell({ states, violations }: Figures): string {
  const deployments = Object.values(states).reduce((sum, count) => sum + count, 0);
  return `${deployments - violations.message}/${deployments}`;
}

function reattachCell({ reattachMs, reattached }: Figures): string {
  if (reattachMs === undefined) return "-";
  const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1);
  return `${seconds(reattachMs.p50)}/${seconds(reattachMs.p99)} s of ${reattached}`;
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/** `control  40 strikes, 133 of 200 deployments bad (66 %)` */
export function describeControl(control: Figures): string {
  const percent = (badShare(control) * 100).toFixed(0);
  return `${control.bad} of ${control.deployments} deployments of the naive executor are bad (${percent} %)`;
}
