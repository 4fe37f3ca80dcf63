import type { AuditEntry } from "../../../src/audit/audit-trail.js";

export function anEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    action: "request",
    actor: { kind: "person", userId: "112233445566778899", userName: "ada" },
    source: "discord",
    target: { project: "shop", environment: "prod" },
    details: { sha: "1234567890abcdef1234567890abcdef12345678", ref: "main" },
    ...changes,
  };
}

export async function linesOf(pieces: AsyncIterable<string>): Promise<readonly string[]> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text.split("\n").slice(0, -1);
}
