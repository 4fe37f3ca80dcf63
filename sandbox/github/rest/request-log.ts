import type { GitHubRequestRecord } from "../types.js";

export interface RequestLog {
  readonly records: readonly GitHubRequestRecord[];
  add(record: Omit<GitHubRequestRecord, "body" | "query">, query: string, body: string): void;
}

const keptRecords = 10_000;

/** @param token never kept, wherever a request put it */
export function createRequestLog(token: string): RequestLog {
  const records: GitHubRequestRecord[] = [];
  const redact = (text: string): string => text.replaceAll(token, "[redacted]");

  return {
    records,
    add(record, query, body) {
      records.push({
        ...record,
        path: redact(record.path),
        ...(query === "" ? {} : { query: redact(query) }),
        ...(body === "" ? {} : { body: parsedOrText(redact(body)) }),
      });
      if (records.length > keptRecords) records.shift();
    },
  };
}

function parsedOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
