import { z } from "zod";
import { Secret } from "../secret.js";
import { quote } from "./display.js";
import { redisUrlAdvice } from "./redis-url.js";
import { type EnvironmentFault, readSecretText } from "./variables.js";

/** What the environment variables say. Secrets are given as `NAME` or `NAME_FILE`. */
export interface Settings {
  readonly discordToken: Secret | undefined;
  readonly githubToken: Secret | undefined;
  /** All are accepted, so that a secret can be rotated. */
  readonly webhookSecrets: readonly Secret[];
  /** `redis://`, `rediss://` or `unix://`; absent when Slipway starts its own Redis. May hold a password. */
  readonly redisUrl: Secret | undefined;
  /** Without a slash at the end. */
  readonly discordApiUrl: string;
  /** Without a slash at the end. */
  readonly githubApiUrl: string;
  readonly httpHost: string;
  /** 0 lets the system choose. */
  readonly httpPort: number;
  readonly logLevel: LogLevel;
  /** Path of the configuration file. */
  readonly configFile: string;
  /** Directory of what Slipway itself keeps. */
  readonly dataDirectory: string;
}

/** Which secrets must be there, by the role that the process plays. */
export interface EnvironmentNeeds {
  readonly discord: boolean;
  readonly webhookSecret: boolean;
}

export type EnvironmentResult =
  | { readonly kind: "valid"; readonly settings: Settings }
  | { readonly kind: "invalid"; readonly faults: readonly EnvironmentFault[] };

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const apiUrl = z
  .url({ protocol: /^https?$/, error: "use an http:// or https:// address" })
  .refine((text) => !text.includes("@"), "remove the user name and password from the address")
  .transform((text) => text.replace(/\/+$/, ""));

const path = z.string().min(1, "unset it, or give it a path");

const Plain = z.object({
  DISCORD_API_URL: apiUrl.prefault("https://discord.com/api"),
  GITHUB_API_URL: apiUrl.prefault("https://api.github.com"),
  HTTP_HOST: z
    .string()
    .regex(/^[A-Za-z0-9_.:-]+$/, "use an address of this machine, such as 127.0.0.1 or 0.0.0.0")
    .default("127.0.0.1"),
  HTTP_PORT: z
    .string()
    .regex(/^\d{1,5}$/, "use a port number from 0 to 65535")
    .transform(Number)
    .pipe(z.int().max(65535, "use a port number from 0 to 65535"))
    .prefault("8080"),
  LOG_LEVEL: z.enum(LOG_LEVELS, `use one of ${LOG_LEVELS.join(", ")}`).default("info"),
  SLIPWAY_CONFIG: path.default("slipway.yaml"),
  SLIPWAY_DATA: path.default("data"),
});

const token = z
  .string()
  .regex(/^\S+$/, "write the token alone, without spaces, quotes or the word Bot")
  .regex(/^[\x21-\x7e]+$/, "copy the token again: it holds a character that no token has");

/** GitHub advises a random text of high entropy; a shorter one than this can be guessed from one signed delivery. */
const SHORTEST_WEBHOOK_SECRET = 16;

const webhookSecretList = z
  .string()
  .refine(
    (text) => splitSecrets(text).every((secret) => secret.length >= SHORTEST_WEBHOOK_SECRET),
    `use at least ${SHORTEST_WEBHOOK_SECRET} characters for each secret, here and on GitHub: openssl rand -hex 32`,
  );

function splitSecrets(text: string): readonly string[] {
  return text.split(/\s+/).filter((secret) => secret !== "");
}

const redisUrl = z.string().check(({ value, issues }) => {
  const message = redisUrlAdvice(value);
  if (message !== undefined) issues.push({ code: "custom", message, input: value });
});

/** Reads the environment variables. All faults come at once; none holds a secret. */
export function readEnvironment(env: NodeJS.ProcessEnv, needs: EnvironmentNeeds): EnvironmentResult {
  const faults: EnvironmentFault[] = [];
  const secret = (name: string, schema: z.ZodType<string>, missing?: string): Secret | undefined => {
    const read = readSecret(env, name, schema, missing);
    if (read.kind === "fault") faults.push(read.fault);
    return read.kind === "found" ? new Secret(read.text) : undefined;
  };
  const discordToken = secret("DISCORD_TOKEN", token, needs.discord ? DISCORD_ADVICE : undefined);
  const githubToken = secret("GITHUB_TOKEN", token);
  const webhookSecret = secret(
    "GITHUB_WEBHOOK_SECRET",
    webhookSecretList,
    needs.webhookSecret ? WEBHOOK_ADVICE : undefined,
  );
  const redis = secret("REDIS_URL", redisUrl);
  const plain = Plain.safeParse(env);
  if (!plain.success) faults.push(...plain.error.issues.map((issue) => plainFault(issue, env)));
  if (faults.length > 0 || !plain.success) return { kind: "invalid", faults };
  const webhookSecrets = splitSecrets(webhookSecret?.reveal() ?? "");
  return {
    kind: "valid",
    settings: {
      discordToken,
      githubToken,
      webhookSecrets: webhookSecrets.map((text) => new Secret(text)),
      redisUrl: redis,
      discordApiUrl: plain.data.DISCORD_API_URL,
      githubApiUrl: plain.data.GITHUB_API_URL,
      httpHost: plain.data.HTTP_HOST,
      httpPort: plain.data.HTTP_PORT,
      logLevel: plain.data.LOG_LEVEL,
      configFile: plain.data.SLIPWAY_CONFIG,
      dataDirectory: plain.data.SLIPWAY_DATA,
    },
  };
}

const DISCORD_ADVICE =
  "set it to the bot token of the Discord application, or name a file in DISCORD_TOKEN_FILE";
const WEBHOOK_ADVICE =
  "set it to the secret of the GitHub webhook, or name a file in GITHUB_WEBHOOK_SECRET_FILE; several are separated by spaces";

type ReadSecret =
  | { readonly kind: "found"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "fault"; readonly fault: EnvironmentFault };

function readSecret(
  env: NodeJS.ProcessEnv,
  name: string,
  schema: z.ZodType<string>,
  missing: string | undefined,
): ReadSecret {
  const read = readSecretText(env, name, { required: missing !== undefined });
  if (read.kind === "absent" && missing !== undefined) {
    return {
      kind: "fault",
      fault: { source: name, found: "nothing", problem: "this is not set", fix: missing },
    };
  }
  if (read.kind !== "found") return read;
  const checked = schema.safeParse(read.text);
  if (checked.success) return { kind: "found", text: checked.data };
  const fix = checked.error.issues[0]?.message ?? "check the value";
  const found = `text of ${read.text.length} characters`;
  return {
    kind: "fault",
    fault: { source: read.source, found, problem: "this does not have the right form", fix },
  };
}

function plainFault(issue: z.core.$ZodIssue, env: NodeJS.ProcessEnv): EnvironmentFault {
  const name = String(issue.path[0]);
  const text = env[name] ?? "";
  const found = text === "" ? "no value" : quote(text);
  const problem = text === "" ? "this is empty" : "this does not have the right form";
  return { source: name, found, problem, fix: issue.message };
}
