/**
 * The value at a path of keys with dots between them, or `undefined`. Only what the JSON text itself has is found:
 * nothing that JavaScript objects inherit, nor the length of a list.
 */
export function readJsonField(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split(".")) {
    if (Array.isArray(value)) {
      value = /^(?:0|[1-9]\d*)$/.test(key) ? (value as readonly unknown[])[Number(key)] : undefined;
    } else if (typeof value === "object" && value !== null && Object.hasOwn(value, key)) {
      value = (value as Readonly<Record<string, unknown>>)[key];
    } else {
      return undefined;
    }
  }
  return value;
}
