import { z } from "zod";
import type { ChainLink } from "./chain.js";

const Link = z.strictObject({ sequence: z.int().nonnegative(), hash: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * First line of an export, before one entry a line. It says where the chain begins and ends, so that a line lost
 * at either end is noticed.
 */
export const ExportHeader = z.object({
  format: z.literal("slipway-audit"),
  version: z.literal(1),
  /** The entry before the first one here. */
  follows: Link,
  /** The last entry. */
  head: Link,
});
export type ExportHeader = z.output<typeof ExportHeader>;

export function exportHeader(follows: ChainLink, head: ChainLink): string {
  const header: ExportHeader = { format: "slipway-audit", version: 1, follows, head };
  return JSON.stringify(header);
}

/** @returns undefined for a line that begins no export of this version */
export function readExportHeader(line: string): ExportHeader | undefined {
  try {
    return ExportHeader.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
