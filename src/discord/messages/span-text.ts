import type { IncidentWords, SpanUnit } from "../locales/incident-words.js";

const UNITS: readonly (readonly [SpanUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** `2 d 3 h`, `4 min 05 s`, `12 s`: the two largest units. @param milliseconds a span that may be long */
export function spanText(milliseconds: number, { unit }: IncidentWords): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const largest = UNITS.findIndex(([, length]) => seconds >= length);
  const [first = ["second", 1] as const, second] = UNITS.slice(largest < 0 ? -1 : largest);
  const whole = `${Math.floor(seconds / first[1])} ${unit[first[0]]}`;
  if (second === undefined) return whole;
  const rest = Math.floor((seconds % first[1]) / second[1]);
  return rest === 0 ? whole : `${whole} ${String(rest).padStart(2, "0")} ${unit[second[0]]}`;
}
