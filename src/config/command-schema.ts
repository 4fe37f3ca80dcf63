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

const composeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "use the name of a Compose service or project");

const composeProof = z
  .strictObject({
    compose: z
      .strictObject({
        file: z
          .string()
          .regex(/^[^-\0][^\0]*$/, "use a path, such as compose.yaml")
          .optional()
          .describe("The Compose file. Without it and `project`: as the command says."),
        project: composeName
          .optional()
          .describe("The name of the Compose project. Without it and `file`: as the command says."),
        services: z
          .array(composeName)
          .min(1, "name at least one service")
          .optional()
          .describe("The services that count. Without it: those that the command names, else all."),
      })
      .describe("The project's containers."),
  })
  .describe("The containers of a Compose project exist and run; after `restart` they also match the file.");

const changeProof = z
  .strictObject({
    run: argv,
    changes: z.literal(true).describe("Its output must differ before and after the restart."),
  })
  .describe("A command whose output a restart changes, such as one that prints when the service started.");

export const RestartProof = z
  .union([composeProof, changeProof, z.literal(false)])
  .describe(
    "What proves that the restart took effect. Default: the containers, where the command begins with " +
      "`docker compose` or `docker-compose` and is an `up` or a `restart`; else nothing. `false`: nothing.",
  );
export type RestartProof = z.output<typeof RestartProof>;

export const restart = command
  .extend({ proof: RestartProof.optional() })
  .describe("The command that restarts the application, on each host of the environment.");
