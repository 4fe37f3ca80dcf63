/** The commands that `slipway.yaml` may hold, and what they are given. */
import { z } from "zod";
import { SecretReference } from "./secret-reference.js";
import { argv, duration } from "./values.js";
import { steersTheShell, VARIABLE_NAME } from "./variable-name.js";

const VARIABLE_ADVICE = "use the name of an environment variable, such as DATABASE_URL";

const variableName = z
  .string()
  .regex(VARIABLE_NAME, VARIABLE_ADVICE)
  .refine((name) => !steersTheShell(name), {
    message: `${VARIABLE_ADVICE}; this one steers the shell or the loader that runs the command`,
  });

export const secrets = z
  .record(variableName, SecretReference.meta({ title: "secret" }))
  .optional()
  .describe("Environment variables for the command alone, by name, and where each secret comes from.");

/** Its output is all there is of it, and it is no durable run: nothing could bring a secret to it. */
export const diagnostic = z
  .strictObject({
    title: z
      .string()
      .regex(/^[^\p{Cc}]{1,80}$/u, "use one line of 1 to 80 characters")
      .optional()
      .describe("Shown in the status message. Without it: the command."),
    run: argv,
    timeout: duration.prefault("5m").describe("How long the command may take."),
  })
  .describe("One command on each host of the environment, run in the strategy's directory.");

export const command = diagnostic
  .extend({ secrets })
  .describe("One command on each host of the environment, run in the strategy's directory.");
