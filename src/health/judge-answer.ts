import type { HttpCheck } from "../config/health-checks.js";
import type { ProbeReason } from "../deployments/probe-reason.js";
import type { HttpExchange } from "./http-exchange.js";
import { readJsonField } from "./read-json-field.js";

/** JSON text of a field that differs is shown up to here. */
const SHOWN_CHARACTERS = 100;

/** What is wrong with the last answer of a check, or nothing. The times are those of the whole probe. */
export function judgeAnswer(
  check: HttpCheck,
  answer: HttpExchange,
  { now, tookMs }: { readonly now: number; readonly tookMs: number },
): ProbeReason | undefined {
  return (
    judgeStatus(check, answer) ??
    judgeText(check, answer) ??
    judgeJson(check, answer) ??
    judgeCertificate(check, answer, now) ??
    judgeLatency(check, tookMs)
  );
}

function judgeStatus(
  { status: expected }: HttpCheck,
  { status: got }: HttpExchange,
): ProbeReason | undefined {
  return got === expected ? undefined : { code: "status", expected, got };
}

function judgeText({ contains }: HttpCheck, { body }: HttpExchange): ProbeReason | undefined {
  if (contains === undefined || body.includes(contains)) return undefined;
  return { code: "text-missing", expected: contains };
}

function judgeJson({ json: expected }: HttpCheck, { body }: HttpExchange): ProbeReason | undefined {
  if (expected === undefined) return undefined;
  const parsed = parseJson(body);
  if (parsed === undefined) return { code: "not-json" };
  const got = readJsonField(parsed.json, expected.path);
  if (got === expected.equals) return undefined;
  const shown = got === undefined ? {} : { got: describe(got) };
  return { code: "json-mismatch", path: expected.path, expected: expected.equals, ...shown };
}

/** Lists and objects are not written out: they can be nested too deep to be. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return "[…]";
  return typeof value === "object" && value !== null ? "{…}" : shorten(JSON.stringify(value));
}

function judgeCertificate(
  { certificate: minimumSeconds = 0 }: HttpCheck,
  { certificateExpiresAt: expiresAt }: HttpExchange,
  now: number,
): ProbeReason | undefined {
  if (expiresAt === undefined || expiresAt - now >= minimumSeconds * 1000) return undefined;
  return { code: "certificate-expires", expiresAt, minimumSeconds };
}

function judgeLatency({ maxLatency: limitMs }: HttpCheck, tookMs: number): ProbeReason | undefined {
  return limitMs === undefined || tookMs <= limitMs ? undefined : { code: "too-slow", limitMs, tookMs };
}

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  const characters = [...text.slice(0, 2 * SHOWN_CHARACTERS)];
  return characters.length > SHOWN_CHARACTERS ? `${characters.slice(0, SHOWN_CHARACTERS).join("")}…` : text;
}
