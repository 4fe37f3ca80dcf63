/** Where `/logs` reads: what a person names is one of these; nothing that is typed reaches a host. */
import { z } from "zod";
import { absolutePath, argv, name } from "./values.js";

const shared = {
  name: name.describe("What people type as `service`. The first of the list is read where they type none."),
  host: name
    .optional()
    .describe(
      "Where it is read. Without it: on every host of the environment, one after another in the file.",
    ),
};

const container = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/, "use the name of a container, as `docker ps` shows it")
  .describe("A container, by its name on the host.");

const compose = z
  .strictObject({
    directory: absolutePath.describe("Where Compose is called: mostly the directory of its file."),
    file: z
      .string()
      .regex(/^[^\0\n-][^\0\n]*$/, "use a path, such as compose.prod.yaml")
      .optional()
      .describe("The Compose file, relative to the directory. Without it: the one that Compose finds."),
    project: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/, "use lower-case letters, digits, hyphens and underscores")
      .optional()
      .describe("The name of the Compose project. Without it: Compose's own choice."),
    service: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "use the name of a service of the Compose file")
      .describe("The service of the Compose file. With several containers, the lines of each."),
  })
  .describe("A Compose service. `docker compose` (v2) is used where the host has it, else `docker-compose`.");

/** One log that people may read. */
export const LogSource = z
  .union(
    [
      z.strictObject({ ...shared, file: absolutePath.describe("A file on the host.") }),
      z.strictObject({ ...shared, container }),
      z.strictObject({ ...shared, compose }),
      z.strictObject({
        ...shared,
        run: argv.describe("A program that prints the log and ends. Its last lines are kept."),
      }),
    ],
    "write a `name` and one of `file`, `container`, `compose` or `run`",
  )
  .describe("One log that `/logs` shows: its name, and one of `file`, `container`, `compose` and `run`.");

export type LogSource = z.output<typeof LogSource>;
