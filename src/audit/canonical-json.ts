/**
 * JSON with one spelling only: keys in order, no space, absent fields left out. The same value gives the same
 * bytes wherever it is written, so that its hash can be computed again.
 *
 * @param value what JSON can say
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  const texts = fields.flatMap(([key, field]) =>
    field === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(field)}`],
  );
  return `{${texts.join(",")}}`;
}
