/** When a message was sent: the time today, the date too before. */
export function messageTime(iso: string, locale: string): string {
  const at = new Date(iso);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at);
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${new Intl.DateTimeFormat(locale, { dateStyle: "short" }).format(at)} ${time}`;
}

/** @param bytes shown as Discord does, in powers of 1024 */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${kilobytes.toFixed(2)} KB` : `${(kilobytes / 1024).toFixed(2)} MB`;
}

/** @param color RGB as an integer; 0 is Discord's "no colour" */
export function cssColor(color: number | null | undefined): string | undefined {
  return color ? `#${color.toString(16).padStart(6, "0")}` : undefined;
}
