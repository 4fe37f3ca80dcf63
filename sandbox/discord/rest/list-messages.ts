import * as z from "zod";
import type { StoredMessage } from "../messages/stored-message.js";
import { FormErrors } from "../validate/form-errors.js";

const snowflake = z.string().regex(/^\d+$/);
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: snowflake.optional(),
  after: snowflake.optional(),
});

/**
 * The page of a channel's messages that the query asks for, newest first.
 *
 * @param messages - oldest first
 * @throws DiscordError 50035
 */
export function listMessages(
  messages: readonly StoredMessage[],
  query: URLSearchParams,
): readonly StoredMessage[] {
  const parsed = listQuery.safeParse(Object.fromEntries(query));
  if (!parsed.success) {
    const errors = new FormErrors();
    for (const issue of parsed.error.issues) errors.add(issue.path, "NUMBER_TYPE_COERCE", issue.message);
    errors.refuseIfAny();
    return [];
  }
  const { limit, before, after } = parsed.data;
  const fits = ({ id }: StoredMessage) =>
    (before === undefined || BigInt(id) < BigInt(before)) &&
    (after === undefined || BigInt(id) > BigInt(after));
  const found = messages.filter(fits);
  const page = after === undefined ? found.slice(-limit) : found.slice(0, limit);
  return page.toReversed();
}
