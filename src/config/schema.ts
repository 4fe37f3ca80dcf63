/**
 * The shape of `slipway.yaml`. Every object is strict: a key that Slipway does not know is a mistake, never
 * something to skip. References between parts (hosts, jump hosts) are checked in `references.ts`.
 */
import { CronExpressionParser } from "cron-parser";
import { z } from "zod";

const name = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/, "use 1 to 32 lower-case letters, digits and hyphens")
  .describe("Lower-case letters, digits and hyphens, at most 32.");

const snowflake = z
  .string({ error: "write the Discord id as a quoted string of 17 to 20 digits" })
  .regex(/^\d{17,20}$/, "write the Discord id as a quoted string of 17 to 20 digits");

const SECONDS_IN = { s: 1, m: 60, h: 3600 } as const;

/** `30s`, `5m`, `1h` in the file; seconds in the code. */
const duration = z
  .string()
  .regex(/^[1-9]\d{0,4}[smh]$/, "write a duration such as 10s, 5m or 1h")
  .transform((text) => Number(text.slice(0, -1)) * SECONDS_IN[text.slice(-1) as keyof typeof SECONDS_IN]);

const argv = z
  .tuple([z.string().min(1)], z.string())
  .describe("A program and its arguments, one list item each. No shell reads it.");

const absolutePath = z
  .string()
  .regex(/^\/[^\0\n]*$/, "use an absolute path")
  .describe("An absolute path on the host.");

const cron = z.string().refine(isCron, "use a cron expression of five fields, such as 0 3 * * 1-5");
const timeZone = z.string().refine(isTimeZone, "use an IANA time zone, such as Europe/Paris");

const branch = z.string().min(1).max(255);

const command = z
  .strictObject({
    title: z.string().min(1).max(80).optional().describe("Shown in the status message. Default: the command."),
    run: argv,
    timeout: duration.default(300).describe("How long the command may take."),
  })
  .describe("One command on each host of the environment, run in the strategy's directory.");

const healthCheck = z
  .strictObject({
    url: z.url({ protocol: /^https?$/, error: "use an http:// or https:// address" }),
    status: z.int().min(100).max(599).default(200).describe("The expected HTTP status."),
    contains: z.string().min(1).max(500).optional().describe("Text that the body must contain."),
    attempts: z.int().min(1).max(60).default(3),
    interval: duration.default(5).describe("Pause between two attempts."),
    timeout: duration.default(10).describe("How long one attempt may take."),
  })
  .describe("An HTTP check made by Slipway after the deployment.");

const gitStrategy = z
  .strictObject({
    type: z.literal("git"),
    directory: absolutePath.describe("The git checkout on the host."),
    remote: z
      .string()
      .regex(/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/, "use the name of a git remote, such as origin")
      .default("origin"),
    minimumFreeMegabytes: z.int().min(0).default(200).describe("Refuse to deploy with less free disk space."),
    before: z.array(command).default([]).describe("Run after the checkout moved and before the restart."),
    restart: command,
    after: z.array(command).default([]).describe("Run once the health checks passed."),
    diagnostics: z.array(command).default([]).describe("Run when a step failed; their output is attached."),
  })
  .describe("Moves a git checkout on each host to the exact commit and restarts the application.");

const strategy = z.discriminatedUnion("type", [gitStrategy]);

const triggers = z.strictObject({
  push: branch.optional().describe("A push to this branch deploys the commit that was pushed."),
  replaceWaiting: z
    .boolean()
    .default(true)
    .describe("A newer push takes the place of one that still waits. A running deployment is never replaced."),
  schedule: z
    .strictObject({ cron, timeZone: timeZone.default("UTC") })
    .optional()
    .describe("Deploys the environment's ref at fixed times."),
});

const environment = z.strictObject({
  hosts: z.array(name).min(1, "name at least one host").describe("Names from the `hosts` section."),
  ref: z.string().min(1).max(255).optional().describe("What `/deploy` takes when no ref is typed."),
  strategy,
  health: z.array(healthCheck).default([]),
  url: z.url({ protocol: /^https?$/ }).optional().describe("Linked in the status message."),
  channel: snowflake.optional().describe("Where its messages go. Default: the project's, then Discord's."),
  roles: z
    .strictObject({ deploy: z.array(snowflake).min(1, "name at least one role") })
    .describe("Discord role ids, by what they may do here."),
  triggers: triggers.prefault({}),
});

const project = z.strictObject({
  repository: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/, "use owner/name")
    .describe("The GitHub repository, owner/name."),
  ref: z.string().min(1).max(255).default("main").describe("The default ref of its environments."),
  channel: snowflake.optional(),
  environments: z.record(name, environment).refine(hasEntries, "name at least one environment"),
});

const host = z.strictObject({
  address: z.string().regex(/^[A-Za-z0-9_.:-]+$/, "use a host name or an IP address"),
  port: z.int().min(1).max(65535).default(22),
  user: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "use a plain user name"),
  key: z
    .union([
      z.strictObject({ file: z.string().min(1) }),
      z.strictObject({ variable: z.string().regex(/^[A-Z][A-Z0-9_]*$/) }),
    ])
    .describe("The private key: a file, or an environment variable (or NAME_FILE beside it) that holds it."),
  hostKeys: z
    .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, "use SHA256:… as `ssh-keygen -lf` prints it"))
    .min(1)
    .optional()
    .describe("Accepted host keys, as SHA256 fingerprints."),
  knownHosts: z.string().min(1).optional().describe("A known_hosts file that holds the host's keys."),
  jump: name.optional().describe("The host that the connection goes through."),
});

/** What `slipway.yaml` holds, with the defaults filled in. */
export const Config = z.strictObject({
  language: z.enum(["en", "fr"]).default("en").describe("The language of channel messages."),
  discord: z.strictObject({
    guild: snowflake.describe("The server that Slipway works for."),
    channel: snowflake.describe("Where messages go unless a project or environment says otherwise."),
  }),
  hosts: z.record(name, host).refine(hasEntries, "name at least one host"),
  projects: z.record(name, project).refine(hasEntries, "name at least one project"),
});

export type Config = z.output<typeof Config>;
export type ProjectConfig = Config["projects"][string];
export type EnvironmentConfig = ProjectConfig["environments"][string];
export type HostConfig = Config["hosts"][string];
export type StrategyConfig = EnvironmentConfig["strategy"];
export type HealthCheckConfig = EnvironmentConfig["health"][number];
export type CommandConfig = z.output<typeof command>;
export type Language = Config["language"];

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
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
