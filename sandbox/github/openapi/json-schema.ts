export type JsonObject = { readonly [key: string]: unknown };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Walks into a document. @throws RangeError where a key is missing */
export function at(document: unknown, ...keys: readonly string[]): JsonObject {
  let value = document;
  for (const key of keys) value = isObject(value) ? value[key] : undefined;
  if (!isObject(value)) throw new RangeError(`GitHub's description has no ${keys.join(" > ")}`);
  return value;
}

/** The keywords that constrain a value; the rest (descriptions, examples, `x-…`) is for readers. */
const constraints = new Set(
  (
    "type format enum pattern required minimum maximum minLength maxLength minItems maxItems minProperties " +
    "maxProperties uniqueItems"
  ).split(" "),
);

/** Where the schemas under `#/components/schemas/` are found once converted. */
export const componentId = (name: string): string => `component-${name}`;

/**
 * Turns an OpenAPI 3.0 schema into JSON Schema. Two things change: `nullable` becomes a choice with null, and an
 * object that lists its properties takes no others, so that the stand-in cannot invent fields.
 * @param onReference called with the name of each component that the schema refers to
 */
export function toJsonSchema(schema: unknown, onReference: (name: string) => void, closed = true): unknown {
  if (!isObject(schema)) return schema;
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const name = reference.replace("#/components/schemas/", "");
    onReference(name);
    return { $ref: componentId(name) };
  }
  const convert = (inner: unknown): unknown => toJsonSchema(inner, onReference);
  const kept = Object.entries(schema).flatMap(([key, value]) => convertKeyword(key, value, convert));
  const isOpen =
    !closed || !isObject(schema["properties"]) || "additionalProperties" in schema || "allOf" in schema;
  const converted = { ...Object.fromEntries(kept), ...(isOpen ? {} : { additionalProperties: false }) };
  return schema["nullable"] === true ? { anyOf: [converted, { type: "null" }] } : converted;
}

function convertKeyword(
  key: string,
  value: unknown,
  convert: (schema: unknown) => unknown,
): readonly (readonly [string, unknown])[] {
  if (constraints.has(key)) return [[key, value]];
  if (key === "items" || key === "additionalProperties" || key === "not") return [[key, convert(value)]];
  if ((key === "allOf" || key === "anyOf" || key === "oneOf") && Array.isArray(value)) {
    return [[key, value.map(convert)]];
  }
  if (key === "properties" && isObject(value)) {
    const properties = Object.entries(value).map(([name, schema]) => [name, convert(schema)] as const);
    return [[key, Object.fromEntries(properties)]];
  }
  return [];
}
