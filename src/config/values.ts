/** The scalar values that `slipway.yaml` is made of. Every message is written as the advice that follows a fault. */
import { z } from "zod";
import { cronAdvice } from "./cron-advice.js";
import { timeZoneAdvice } from "./time-zone-advice.js";

export const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "use 1 to 32 lower-case letters, digits and hyphens")
  .meta({ title: "name" })
  .describe("Lower-case letters, digits and hyphens, at most 32.");

const SNOWFLAKE_ADVICE =
  'write the Discord id as quoted text of 17 to 20 digits, such as "112233445566778899"';

/** YAML reads an unquoted id as a number and rounds it, so only text is accepted. */
export const snowflake = z
  .string({ error: SNOWFLAKE_ADVICE })
  .regex(/^\d{17,20}$/, SNOWFLAKE_ADVICE)
  .meta({ title: "Discord id" });

const SECONDS_IN = { s: 1, m: 60, h: 3600 } as const;
const LONGEST_SECONDS = 24 * 3600;
const DURATION_ADVICE = "write a duration from 1s to 24h, such as 10s, 5m or 1h";

/** `30s`, `5m`, `1h` in the file; seconds in the code. The limit keeps timers far below Node's 2^31 ms. */
export const duration = z
  .string({ error: DURATION_ADVICE })
  .regex(/^[1-9]\d{0,4}[smh]$/, DURATION_ADVICE)
  .refine((text) => secondsIn(text) <= LONGEST_SECONDS, DURATION_ADVICE)
  .meta({ title: "duration" })
  .transform(secondsIn);

const LONG_SECONDS_IN = { ...SECONDS_IN, d: 24 * 3600 } as const;
const LONGEST_DAYS_SECONDS = 31 * 24 * 3600;
const LONG_DURATION_ADVICE = "write a duration from 1m to 31d, such as 30m, 64h or 2d";

/** `30m`, `64h`, `2d` in the file; seconds in the code. For spans that are looked up, not waited for by a timer. */
export const longDuration = z
  .string({ error: LONG_DURATION_ADVICE })
  .regex(/^[1-9]\d{0,4}[mhd]$/, LONG_DURATION_ADVICE)
  .refine((text) => longSecondsIn(text) <= LONGEST_DAYS_SECONDS, LONG_DURATION_ADVICE)
  .meta({ title: "long duration" })
  .transform(longSecondsIn);

const LATENCY_ADVICE = "write a time from 1ms to 60s, such as 500ms or 2s";

/** `500ms` or `2s` in the file; milliseconds in the code. */
export const latency = z
  .string({ error: LATENCY_ADVICE })
  .regex(/^(?:[1-9]\d{0,3}ms|(?:[1-9]|[1-5]\d|60)s)$/, LATENCY_ADVICE)
  .meta({ title: "latency" })
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith("ms") ? 1 : 1000));

const FREE_SPACE_ADVICE = "write a share such as 10%, or a size such as 500MB or 5GB";
const MEGABYTES_IN = { MB: 1, GB: 1024, TB: 1024 * 1024 } as const;

/** `10%` or `5GB` in the file; the share of the file system in percent, or megabytes, in the code. */
export const freeSpace = z
  .string({ error: FREE_SPACE_ADVICE })
  .regex(/^(?:[1-9]\d?%|[1-9]\d{0,5}(?:MB|GB|TB))$/, FREE_SPACE_ADVICE)
  .meta({ title: "share or size" })
  .transform((text): { readonly percent: number } | { readonly megabytes: number } => {
    const number = Number.parseInt(text, 10);
    if (text.endsWith("%")) return { percent: number };
    return { megabytes: number * MEGABYTES_IN[text.slice(-2) as keyof typeof MEGABYTES_IN] };
  });

const MEMORY_ADVICE = "write a size from 16MB to 64GB, such as 256MB or 1GB";
const SMALLEST_MEGABYTES = 16;
const LARGEST_MEGABYTES = 64 * 1024;

/** `256MB` or `1GB` in the file; bytes in the code. */
export const memorySize = z
  .string({ error: MEMORY_ADVICE })
  .regex(/^[1-9]\d{0,4}(?:MB|GB)$/, MEMORY_ADVICE)
  .refine((text) => {
    const megabytes = megabytesIn(text);
    return megabytes >= SMALLEST_MEGABYTES && megabytes <= LARGEST_MEGABYTES;
  }, MEMORY_ADVICE)
  .meta({ title: "memory size" })
  .transform((text) => megabytesIn(text) * 1024 * 1024);

const TCP_ADVICE = "use host:port, such as db.internal:5432 or [::1]:5432";

/** `host:port` in the file. */
export const tcpAddress = z
  .string({ error: TCP_ADVICE })
  .regex(/^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[A-Fa-f0-9:.]+\]):[1-9]\d{0,4}$/, TCP_ADVICE)
  .refine((text) => splitAddress(text).port <= 65_535, TCP_ADVICE)
  .meta({ title: "host:port" })
  .transform(splitAddress);

export const argv = z
  .tuple(
    [z.string({ error: "name the program first" }).regex(/^[^\0]+$/, "name the program first")],
    z.string().regex(/^[^\0]*$/, "remove the null character"),
    "write a list, one argument each, such as [docker, compose, up, -d]",
  )
  .meta({ title: "program and arguments" })
  .describe("A program and its arguments, one list item each. No shell reads it.");

export const absolutePath = z
  .string()
  .regex(/^\/[^\0\n]*$/, "use an absolute path, such as /srv/shop")
  .meta({ title: "absolute path" })
  .describe("An absolute path on the host.");

export const httpUrl = z
  .url({ protocol: /^https?$/, error: "use an http:// or https:// address" })
  .refine((text) => !hasCredentials(text), "remove the user name and password from the address")
  .meta({ title: "URL", pattern: "^[Hh][Tt][Tt][Pp][Ss]?://" });

export const cron = z
  .string()
  .check(advisedBy(cronAdvice))
  .meta({ title: "cron expression" })
  .describe("Minute, hour, day of the month, month, day of the week.");

export const timeZone = z
  .string()
  .check(advisedBy(timeZoneAdvice))
  .meta({ title: "IANA time zone" })
  .describe("The time zone of `cron`.");

/** What git allows in the short name of a branch or tag (git-check-ref-format), and a commit SHA. */
const REF_NAME =
  /^(?!-|\/|\.|refs\/)(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u;

export const ref = z
  .string()
  .max(255)
  .regex(REF_NAME, "write the short name of a branch or tag, such as main, or a commit SHA")
  .meta({ title: "git ref" });

export const branch = z
  .string()
  .max(255)
  .regex(REF_NAME, "write the short name of one branch, such as main: no refs/heads/, no pattern")
  .meta({ title: "branch" });

/** A mapping that must not be empty; JSON Schema says it as `minProperties`. */
export function atLeastOne<T extends z.ZodType<object>>(schema: T, advice: string): T {
  return schema.refine((value) => Object.keys(value).length > 0, advice).meta({ minProperties: 1 });
}

function secondsIn(text: string): number {
  const unit = text.slice(-1) as keyof typeof SECONDS_IN;
  return Number(text.slice(0, -1)) * SECONDS_IN[unit];
}

function megabytesIn(text: string): number {
  return Number.parseInt(text, 10) * MEGABYTES_IN[text.slice(-2) as keyof typeof MEGABYTES_IN];
}

function splitAddress(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}

function hasCredentials(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.username !== "" || url.password !== "");
}

/** Refuses a text with the advice that a function has for it. */
function advisedBy(advise: (text: string) => string | undefined): z.core.CheckFn<string> {
  return ({ value, issues }) => {
    const message = advise(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
  };
}

function longSecondsIn(text: string): number {
  return Number(text.slice(0, -1)) * LONG_SECONDS_IN[text.slice(-1) as keyof typeof LONG_SECONDS_IN];
}
