import type { DiscordStandIn } from "../../../sandbox/discord/types.js";

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; an empty object without a body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request of the bot without any client library in between. */
export async function restCall(
  discord: DiscordStandIn,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { authorization: `Bot ${discord.botToken}` },
): Promise<RestAnswer> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${discord.apiUrl}/v10${path}`, {
    method,
    headers: { ...headers, ...(isForm || body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : {} };
}

/** A multipart body with files of these sizes. */
export function formWithFiles(payload: object, sizes: readonly number[]): FormData {
  const form = new FormData();
  form.append("payload_json", JSON.stringify(payload));
  for (const [index, size] of sizes.entries()) {
    form.append(`files[${index}]`, new Blob([Buffer.alloc(size)]), `file-${index}.bin`);
  }
  return form;
}

/** The codes in an `errors` tree of Discord. */
export function errorCodes(tree: unknown, found: string[] = []): readonly string[] {
  if (typeof tree !== "object" || tree === null) return found;
  for (const [key, value] of Object.entries(tree)) {
    if (key === "_errors") found.push(...value.map(({ code }: { code: string }) => code));
    else errorCodes(value, found);
  }
  return found;
}
