/** With the day and the hour, drawn by Discord in the reader's own time zone and language. */
export function fullTime(at: number): string {
  return `<t:${Math.floor(at / 1000)}:F>`;
}
