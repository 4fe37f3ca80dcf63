const day = 86_400_000;

/** When a message was sent: the time today, the date too before. */
export function messageTime(iso: string, locale: string): string {
  const at = new Date(iso);
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).format(at);
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${new Intl.DateTimeFormat(locale, { dateStyle: "short" }).format(at)} ${time}`;
}

const timeStyles: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};

/**
 * A `<t:…>` mark in the reader's language.
 * @param seconds since the epoch
 */
export function markedTime(seconds: number, style: string, locale: string): string {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return "Invalid date";
  if (style === "R") return relativeTime(at.getTime(), locale);
  return new Intl.DateTimeFormat(locale, timeStyles[style] ?? timeStyles["f"]).format(at);
}

const units = [
  ["year", 365 * day],
  ["month", 30 * day],
  ["day", day],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

function relativeTime(at: number, locale: string): string {
  const distance = at - Date.now();
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const unit = units.find(([, size]) => Math.abs(distance) >= size);
  return unit
    ? format.format(Math.round(distance / unit[1]), unit[0])
    : format.format(Math.round(distance / 1000), "second");
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
