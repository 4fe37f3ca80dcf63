const day = 86_400_000;

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
