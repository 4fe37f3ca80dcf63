import { type ChainVerdict, ChainWalk } from "./chain.js";
import { readExportHeader } from "./export-format.js";

/** Checks an export without the log that it came from. @param text its pieces, cut anywhere */
export async function verifyExport(
  text: AsyncIterable<string> | Iterable<string>,
): Promise<ChainVerdict | { readonly kind: "not-an-export" }> {
  const lines = linesOf(text);
  const first = await lines.next();
  const header = first.done ? undefined : readExportHeader(first.value);
  if (header === undefined) return { kind: "not-an-export" };
  const walk = new ChainWalk(header.follows);
  for await (const line of lines) {
    const broken = walk.take(line);
    if (broken !== undefined) return broken;
  }
  return walk.finish(header.head);
}

/** Only a line feed ends a line: JSON may hold what other readers of lines take for an end. */
async function* linesOf(text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
