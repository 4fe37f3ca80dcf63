import type { HealthCheckConfig } from "../config/schema.js";
import type { ProbeReason } from "../deployments/record.js";

/** A body is read up to here: enough to find a text, too little to hurt. Bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

export type ProbeResult =
  | { readonly kind: "healthy"; readonly status: number }
  | { readonly kind: "unhealthy"; readonly reason: ProbeReason };

/** One attempt of a health check. Redirects are answers, not followed: what is configured is what is checked. */
export async function probe(check: HealthCheckConfig): Promise<ProbeResult> {
  try {
    const response = await fetch(check.url, {
      redirect: "manual",
      headers: { "user-agent": "Slipway health check" },
      signal: AbortSignal.timeout(check.timeout * 1000),
    });
    return await judge(check, response);
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return unhealthy({ code: "timed-out", seconds: check.timeout });
    }
    return unhealthy({ code: "no-answer", detail: causeCode(error) });
  }
}

async function judge(check: HealthCheckConfig, response: Response): Promise<ProbeResult> {
  if (response.status !== check.status) {
    await response.body?.cancel();
    return unhealthy({ code: "status", expected: check.status, got: response.status });
  }
  const body = await readStart(response);
  if (check.contains !== undefined && !body.includes(check.contains)) {
    return unhealthy({ code: "text-missing", expected: check.contains });
  }
  return { kind: "healthy", status: response.status };
}

async function readStart(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length >= MAX_BODY_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unhealthy(reason: ProbeReason): ProbeResult {
  return { kind: "unhealthy", reason };
}

/** `fetch` hides the system's error code in the cause. */
function causeCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "unknown";
}
