import { codeBlock } from "./text.js";

/** Discord's limit for an embed's field, in characters. */
const FIELD_LENGTH = 1_024;
const FENCES = "```\n\n```".length;

/**
 * Columns of equal width in a code block: the first to the left, numbers to the right. Lines that do not fit are left out.
 * Narrow spaces become full ones: in a font of one width they would not line up.
 * @param maxLength of the whole, in UTF-16 units
 */
export function table(rows: readonly (readonly string[])[], maxLength = FIELD_LENGTH): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join(" ")
      .replaceAll("\u202f", "\u00a0"),
  );
  const lineLength = (lines[0]?.length ?? 0) + 1;
  const fitting = lines.slice(0, Math.floor((maxLength - FENCES) / lineLength));
  return codeBlock(fitting.join("\n"), maxLength - FENCES);
}
