import { readExportHeader } from "./export-format.js";

export interface CollectedExport {
  readonly data: Buffer;
  /** False when the oldest entries were left out. */
  readonly complete: boolean;
}

/** Puts the pieces of an export into one file. */
export async function collectExport(pieces: AsyncIterable<string>): Promise<CollectedExport> {
  const texts: string[] = [];
  for await (const piece of pieces) texts.push(piece);
  const header = readExportHeader(texts[0] ?? "");
  return { data: Buffer.from(texts.join("")), complete: header?.follows.sequence === 0 };
}
