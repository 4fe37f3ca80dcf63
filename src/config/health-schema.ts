/** What a health check can be. References to hosts, and keys that exclude each other, are checked in `health-references.ts`. */
import { z } from "zod";
import { SecretReference } from "./secret-reference.js";
import {
  absolutePath,
  argv,
  duration,
  freeSpace,
  httpUrl,
  latency,
  longDuration,
  name,
  tcpAddress,
} from "./values.js";

const repetition = {
  attempts: z.int().min(1).max(60).default(3).describe("How many times to try before it counts as failed."),
  interval: duration.prefault("5s").describe("Pause between two attempts."),
  timeout: duration
    .prefault("10s")
    .describe("How long one attempt may take, from the first packet to the last."),
};

const contains = z.string().min(1).max(500).optional();

const onHost = name.optional().describe("Where it runs. Without it: on each host of the environment.");

/** What frames the request is Slipway's own affair. */
const FRAMING = new Set([
  "connection",
  "content-length",
  "expect",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const HEADER_ADVICE = "use the name of a header, such as X-Api-Key; not one that frames the request";

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, HEADER_ADVICE)
  .refine((text) => !FRAMING.has(text.toLowerCase()), HEADER_ADVICE);

const VALUE_ADVICE =
  "write text of printable ASCII characters, or `variable: NAME` or `file: path` for a secret";

const headerValue = z
  .union([z.string().regex(/^[\x20-\x7e]{0,1000}$/, VALUE_ADVICE), SecretReference], VALUE_ADVICE)
  .meta({ title: "text or secret" });

const secret = SecretReference.meta({ title: "secret" });

const basicAuth = z
  .strictObject({
    user: z
      .string()
      .regex(/^[^:\p{Cc}]{1,100}$/u, "use a user name without a colon")
      .describe("The user name."),
    password: secret.describe("Where the password comes from."),
  })
  .describe("Signs in with HTTP basic authentication.");

const jsonField = z
  .strictObject({
    path: z
      .string()
      .max(200)
      .regex(
        /^[^.\p{Cc}]+(?:\.[^.\p{Cc}]+)*$/u,
        "write keys with dots between them, such as checks.database.status",
      )
      .describe("Keys with dots between them; a number is a place in a list, from 0."),
    equals: z
      .union(
        [z.string().max(500), z.number(), z.boolean(), z.null()],
        "write text, a number, true, false or null",
      )
      .meta({ title: "text, number, true, false or null" })
      .describe("What must stand there, of the same type."),
  })
  .describe("A field of the body, which must be JSON.");

const http = z
  .strictObject({
    type: z.literal("http").default("http").describe("What is checked. It may be left out."),
    url: httpUrl.describe("The address to ask. Slipway itself asks, not the host."),
    status: z.int().min(100).max(599).default(200).describe("The expected HTTP status."),
    contains: contains.describe("Text that the body must contain, in its first megabyte."),
    json: jsonField.optional(),
    maxLatency: latency.optional().describe("A whole answer that takes longer counts as failed."),
    certificate: longDuration
      .optional()
      .describe("The TLS certificate must be valid for so long yet. Without it: it must be valid now."),
    redirects: z
      .enum(["answer", "follow"])
      .default("answer")
      .describe(
        "`answer`: a redirect is the answer. `follow`: up to 5 are followed, only to addresses of health checks and environments in this file.",
      ),
    headers: z.record(headerName, headerValue).optional().describe("Sent along, to the address alone."),
    basicAuth: basicAuth.optional(),
    ...repetition,
  })
  .describe("Asks an address over HTTP, with GET.");

const tcp = z
  .strictObject({
    type: z.literal("tcp").describe("What is checked."),
    address: tcpAddress.describe(
      "What must accept a connection: `host:port`, or `[::1]:port`. Slipway itself asks.",
    ),
    ...repetition,
  })
  .describe("Opens a TCP connection.");

const command = z
  .strictObject({
    type: z.literal("command").describe("What is checked."),
    run: argv,
    host: onHost,
    directory: absolutePath.optional().describe("Where it runs, as an absolute path."),
    contains: contains.describe("Text that its output must contain, in the first megabyte."),
    ...repetition,
  })
  .describe("Runs a command over SSH, which must end with 0.");

const compose = z
  .strictObject({
    type: z.literal("compose").describe("What is checked."),
    host: onHost,
    directory: absolutePath.optional().describe("Where the Compose file is."),
    file: z
      .string()
      .regex(/^[^\0\n-][^\0\n]*$/, "use a path, absolute or relative to `directory`")
      .optional()
      .describe("The Compose file, if it has an unusual name."),
    project: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9_-]{0,62}$/,
        "use the name of a Compose project: lower-case letters, digits, - and _",
      )
      .optional()
      .describe("The Compose project, if its name is not that of the directory."),
    services: z
      .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "use the name of a service"))
      .min(1, "name at least one service")
      .max(50)
      .optional()
      .describe("Only these services, such as all but those that run once and exit. Without it: all."),
    ...repetition,
  })
  .describe("Looks at the containers of a Compose project over SSH: all must run, none may be unhealthy.");

const disk = z
  .strictObject({
    type: z.literal("disk").describe("What is checked."),
    host: onHost,
    path: absolutePath.describe("A path on the file system, as an absolute path."),
    minimumFree: freeSpace.describe("How much must be free: `10%` or `5GB`."),
    ...repetition,
  })
  .describe("Looks at the free disk space over SSH.");

/** One entry of `health`. */
export const HealthCheckConfig = z.discriminatedUnion("type", [http, tcp, command, compose, disk]);
export type HealthCheckConfig = z.output<typeof HealthCheckConfig>;
export type FreeSpace = z.output<typeof freeSpace>;
