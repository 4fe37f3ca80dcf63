import { nearest } from "./nearest.js";

const EXAMPLE = "use an IANA time zone, such as Europe/Paris";

/** What to write in place of a text that is no time zone; undefined for one that is. */
export function timeZoneAdvice(text: string): string | undefined {
  if (isTimeZone(text)) return undefined;
  const meant = nearestZone(text.replaceAll(" ", "_"));
  return meant === undefined ? EXAMPLE : `did you mean ${meant}?`;
}

/** The whole name first; then the place alone, because people write `Paris` or a wrong continent. */
function nearestZone(text: string): string | undefined {
  const zones = Intl.supportedValuesOf("timeZone");
  const whole = nearest(text, zones);
  if (whole !== undefined) return whole;
  const place = nearest(placeOf(text), zones.map(placeOf));
  return place === undefined ? undefined : zones.find((zone) => placeOf(zone) === place);
}

function placeOf(zone: string): string {
  return zone.slice(zone.lastIndexOf("/") + 1);
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
