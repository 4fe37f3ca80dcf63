import { z } from "zod";

/** The last entry's sequence and hash. */
export const HEAD = "slipway:audit:head";
/** A stream, ids `SEQUENCE-0`. */
export const ENTRIES = "slipway:audit:entries";
/** The one field of each entry of the stream. */
export const ENTRY_FIELD = "entry";

export const Place = z.object({ sequence: z.coerce.number().int(), hash: z.string() });

const WithTarget = z.object({ target: z.object({ project: z.string(), environment: z.string() }) });

/** The lists that name an entry: by project, by environment, by both. */
export function indexKeys(entry: object): readonly string[] {
  const read = WithTarget.safeParse(entry);
  if (!read.success) return [];
  const { project, environment } = read.data.target;
  return [{ project }, { environment }, { project, environment }].flatMap((scope) => indexKey(scope) ?? []);
}

/** Names hold neither slashes nor asterisks. @returns undefined where everything is meant */
export function indexKey(scope: { readonly project?: string; readonly environment?: string }) {
  const { project, environment } = scope;
  if (project === undefined && environment === undefined) return undefined;
  return `slipway:audit:of:${project ?? "*"}/${environment ?? "*"}`;
}
