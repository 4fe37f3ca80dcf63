import { CronExpressionParser } from "cron-parser";
import { quote } from "./display.js";

const SHAPE = "use a cron expression of five fields, such as 0 3 * * 1-5";
const FIELDS = [
  { name: "minute", allowed: "0 to 59" },
  { name: "hour", allowed: "0 to 23" },
  { name: "day of the month", allowed: "1 to 31" },
  { name: "month", allowed: "1 to 12, or jan to dec" },
  { name: "day of the week", allowed: "0 to 7, where 0 and 7 are Sunday, or mon to sun" },
] as const;

/** What to change in a cron expression; undefined for one that can be used. */
export function cronAdvice(text: string): string | undefined {
  const written = text.trim().split(/\s+/);
  if (written.length !== FIELDS.length) {
    const found = text.trim() === "" ? 0 : written.length;
    return `${SHAPE} (minute, hour, day of the month, month, day of the week); this has ${found}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const value = written[index] ?? "";
    if (!parses(FIELDS.map((_, other) => (other === index ? value : "*")).join(" ")))
      return `correct the ${field.name}, which is ${quote(value)}: write ${field.allowed}, or *`;
  }
  if (parses(text)) return undefined;
  return "correct the day of the month: no month that is named has this day";
}

function parses(text: string): boolean {
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}
