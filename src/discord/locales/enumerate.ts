/** More would not fit into one message, and nobody reads them. */
const SHOWN = 20;

/** `a, b, c`; of a long list its beginning. */
export function enumerate(items: readonly string[]): string {
  return [...items.slice(0, SHOWN), ...(items.length > SHOWN ? ["…"] : [])].join(", ");
}
