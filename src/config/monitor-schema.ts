/** How an environment is watched between its deployments. Durations are seconds once read. */
import { z } from "zod";
import { cron, duration, snowflake, timeZone } from "./values.js";

/** Discord notifies at most so many roles usefully; nobody has so many on call. */
const MAX_ROLES = 20;

const confirm = z
  .strictObject({
    retries: z.int().min(0).max(20).default(3).describe("How many more probes must fail, too."),
    over: duration.prefault("30s").describe("The time that they are spread over."),
  })
  .describe("What makes a failed probe an incident: a single blip alerts nobody.");

const recovery = z
  .strictObject({
    probes: z.int().min(1).max(20).default(3).describe("How many good probes in a row end an incident."),
    hold: duration
      .prefault("2m")
      .describe("How long it must stay up before that; twice as long each time that it fell again."),
    longestHold: duration.prefault("30m").describe("Where the doubling ends."),
  })
  .refine(({ hold, longestHold }) => hold <= longestHold, {
    path: ["longestHold"],
    message: "write at least as long as `hold`",
  })
  .describe("What ends an incident. What fails again meanwhile continues the same incident.");

const escalate = z
  .strictObject({
    after: duration.prefault("15m").describe("From the alert on."),
    mention: z
      .array(snowflake)
      .min(1, "name at least one role")
      .max(MAX_ROLES)
      .describe("Discord role ids to mention then, once."),
  })
  .describe("Whom to call when nobody acknowledges. Without it: nobody.");

const bake = z
  .strictObject({
    lasts: duration.prefault("10m").describe("From the end of the deployment on."),
    every: duration.prefault("1m").describe("The time between two probes."),
    onFailure: z
      .enum(["offer", "rollback"])
      .default("offer")
      .describe("Offer a rollback with a button, or start it. A rollback is never taken back by itself."),
  })
  .refine(({ lasts, every }) => every < lasts, {
    path: ["every"],
    message: "write less than `lasts`: else nothing is probed in that time",
  })
  .describe("The watch over a new release: a failure meanwhile is blamed on it.");

export const monitor = z
  .strictObject({
    enabled: z.boolean().default(true).describe("Whether it is watched at all. Needs health checks."),
    schedule: cron.default("0 * * * *").describe("When its health checks are probed, as a cron expression."),
    timeZone: timeZone
      .optional()
      .describe("The time zone of `schedule` and of the summary. Without it: that of the file."),
    confirm: confirm.prefault({}),
    whileDown: duration.prefault("1m").describe("The time between two probes while it is down."),
    recovery: recovery.prefault({}),
    mention: z
      .array(snowflake)
      .max(MAX_ROLES)
      .default([])
      .describe("Discord role ids to mention in an alert, once."),
    escalate: escalate.optional(),
    summary: z
      .enum(["never", "daily", "weekly"])
      .default("never")
      .describe("A summary at 09:00, every day or on Mondays."),
    bake: bake.prefault({}),
  })
  .describe("How it is watched between deployments: only what is down is told of.");

/** As it is once the file's time zone has taken the place of one that is not written. */
export type MonitorConfig = z.output<typeof monitor> & { readonly timeZone: string };
