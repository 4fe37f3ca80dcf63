import { z } from "zod";
import { Blindness, type Board, EnvironmentHealth, targetKey } from "./board.js";
import { Incident } from "./incident.js";

/** The fields of the hash that a board is kept in begin with one of these. */
const ENVIRONMENT_FIELD = "environment:";
export const INCIDENT_FIELD = "incident:";
const SUMMARY_FIELD = "summary:";
const BLINDNESS_FIELD = "blindness";

type Fields = Readonly<Record<string, string>>;

/** Reads what there is, piece by piece: what cannot be read does not take the rest with it. */
export function boardOf(fields: Fields): { readonly board: Board; readonly unreadable: readonly string[] } {
  const environments = read(fields, ENVIRONMENT_FIELD, EnvironmentHealth, targetKey);
  const incidents = read(fields, INCIDENT_FIELD, Incident, ({ id }) => id);
  const summarized = read(fields, SUMMARY_FIELD, z.number());
  const blindness = Blindness.safeParse(fromJson(fields[BLINDNESS_FIELD] ?? "")).data;
  const known = new Set([
    ...(blindness === undefined ? [] : [BLINDNESS_FIELD]),
    ...Object.keys(environments).map((key) => ENVIRONMENT_FIELD + key),
    ...Object.keys(incidents).map((key) => INCIDENT_FIELD + key),
    ...Object.keys(summarized).map((key) => SUMMARY_FIELD + key),
  ]);
  const unreadable = Object.keys(fields).filter((field) => !known.has(field));
  const board = { environments, incidents, summarized, ...(blindness && { blindness }) };
  return { board, unreadable };
}

/** What must be written so that the hash holds the other board. Parts that are the very same are not compared. */
export function changesBetween(
  { board, unreadable }: { readonly board: Board; readonly unreadable: readonly string[] },
  next: Board,
): { readonly set: readonly (readonly [string, string])[]; readonly remove: readonly string[] } {
  const before = parts(board);
  const after = parts(next);
  const changed = [...after].filter(([field, part]) => before.get(field) !== part);
  const gone = [...before.keys(), ...unreadable].filter((field) => !after.has(field));
  return { set: changed.map(([field, part]) => [field, JSON.stringify(part)]), remove: gone };
}

function parts({ environments, incidents, summarized, blindness }: Board): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ...(blindness === undefined ? [] : [[BLINDNESS_FIELD, blindness] as const]),
    ...Object.entries(environments).map(([key, part]) => [ENVIRONMENT_FIELD + key, part] as const),
    ...Object.entries(incidents).map(([key, part]) => [INCIDENT_FIELD + key, part] as const),
    ...Object.entries(summarized).map(([key, part]) => [SUMMARY_FIELD + key, part] as const),
  ]);
}

/** @param keyOf what a part says of itself: it counts only where it was found under that key */
function read<T>(
  fields: Fields,
  prefix: string,
  schema: z.ZodType<T>,
  keyOf?: (part: T) => string,
): Readonly<Record<string, T>> {
  const found = Object.entries(fields).flatMap(([field, stored]) => {
    const key = field.startsWith(prefix) ? field.slice(prefix.length) : undefined;
    if (key === undefined) return [];
    const { data } = schema.safeParse(fromJson(stored));
    return data === undefined || (keyOf !== undefined && keyOf(data) !== key) ? [] : [[key, data] as const];
  });
  return Object.fromEntries(found);
}

export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
