import type { HttpCheck } from "../config/health-checks.js";
import type { HealthSecrets } from "../config/health-secrets.js";
import { type SecretReference, secretId } from "../config/secret-reference.js";
import type { ProbeReason } from "../deployments/probe-reason.js";
import { exchangeHttp, type HttpExchange } from "./http-exchange.js";
import { judgeAnswer } from "./judge-answer.js";
import { mayFollow } from "./may-follow.js";
import type { Finding } from "./probe-result.js";

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface HttpProbeParts {
  readonly secrets: HealthSecrets;
  /** Where redirects may lead. */
  readonly origins: ReadonlySet<string>;
  /** Certificates to trust in place of Node's own, in PEM. */
  readonly trusted?: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds since the probe began. */
  readonly elapsed: () => number;
  /** Called once the other side has taken the connection. */
  readonly connected: () => void;
}

/** Asks once, follows redirects where the check wants it, and judges the last answer. */
export async function probeHttp(
  check: HttpCheck,
  parts: HttpProbeParts,
  signal: AbortSignal,
): Promise<Finding> {
  const { trusted, connected } = parts;
  const first = new URL(check.url);
  let url = first;
  let certificateExpiresAt: number | undefined;
  for (let redirects = 0; ; redirects++) {
    const headers = headersFor(check, parts.secrets, url.origin === first.origin);
    const wantsBody = (status: number) => needsBody(check, status);
    const answer = await exchangeHttp({ url, headers, trusted, connected, wantsBody }, signal);
    certificateExpiresAt = earlier(certificateExpiresAt, answer.certificateExpiresAt);
    const seen = certificateExpiresAt === undefined ? {} : { certificateExpiresAt };
    const finish = (reason: ProbeReason | undefined): Finding => ({ ...seen, ...(reason && { reason }) });

    const location = check.redirects === "follow" ? redirectOf(answer) : undefined;
    if (location === undefined) {
      const times = { now: parts.now(), tookMs: parts.elapsed() };
      return finish(judgeAnswer(check, { ...answer, ...seen }, times));
    }
    if (redirects === MAX_REDIRECTS) return finish({ code: "too-many-redirects", limit: MAX_REDIRECTS });
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
    if (next === undefined || !mayFollow(url, next, parts.origins)) {
      return finish({ code: "redirect-refused", to: next === undefined ? "?" : placeOf(next) });
    }
    url = next;
  }
}

/**
 * A body that does not matter is not read: it may have no end. Where the latency of a whole answer is bounded it does
 * matter, and where the status is wrong it does not.
 */
function needsBody({ contains, json, maxLatency, status: expected }: HttpCheck, status: number): boolean {
  return status === expected && (contains !== undefined || json !== undefined || maxLatency !== undefined);
}

function redirectOf({ status, location }: HttpExchange): string | undefined {
  return REDIRECTS.has(status) ? location : undefined;
}

/** Without path and query, which may hold what is nobody's business. */
function placeOf({ origin, protocol }: URL): string {
  return origin === "null" ? protocol : origin;
}

/** The headers of the configuration belong to its address: no redirect takes them anywhere else. */
function headersFor(check: HttpCheck, secrets: HealthSecrets, own: boolean): Record<string, string> {
  const standard = { "user-agent": "Slipway health check", accept: "*/*", "accept-encoding": "identity" };
  if (!own) return standard;
  const configured = Object.entries(check.headers ?? {}).map(
    ([name, value]) =>
      [name.toLowerCase(), typeof value === "string" ? value : reveal(value, secrets)] as const,
  );
  const { basicAuth } = check;
  const authorization = basicAuth && {
    authorization: `Basic ${Buffer.from(`${basicAuth.user}:${reveal(basicAuth.password, secrets)}`).toString("base64")}`,
  };
  return { ...standard, ...Object.fromEntries(configured), ...authorization };
}

/** @throws Error when the secret was not read at the start: that is a fault of Slipway, not of what is probed */
function reveal(reference: SecretReference, secrets: HealthSecrets): string {
  const secret = secrets.get(secretId(reference));
  if (secret === undefined) throw new Error(`The secret ${secretId(reference)} was not read`);
  return secret.reveal();
}

function earlier(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}
