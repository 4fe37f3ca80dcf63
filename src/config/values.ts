/** The scalar values that `slipway.yaml` is made of. Every message is written as the advice that follows a fault. */
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";

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

export const argv = z
  .tuple(
    [z.string({ error: "name the program first" }).regex(/^[^\0]+$/, "name the program first")],
    z.string().regex(/^[^\0]*$/, "remove the null character"),
    "write a list, one argument each, such as [docker, compose, restart]",
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
  .refine(isCron, "use a cron expression of five fields, such as 0 3 * * 1-5")
  .meta({ title: "cron expression" })
  .describe("Minute, hour, day of the month, month, day of the week.");

export const timeZone = z
  .string()
  .refine(isTimeZone, "use an IANA time zone, such as Europe/Paris")
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

function hasCredentials(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && (url.username !== "" || url.password !== "");
}

function isCron(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    CronExpressionParser.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

function longSecondsIn(text: string): number {
  return Number(text.slice(0, -1)) * LONG_SECONDS_IN[text.slice(-1) as keyof typeof LONG_SECONDS_IN];
}
