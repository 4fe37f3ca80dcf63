import { z } from "zod";
import { NotRunFacts } from "./not-run.js";

/** What a JSON field was expected to be. */
const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A container that does not do what it should. */
export const ContainerFault = z.object({
  name: z.string(),
  /** Docker's own word, such as `exited`, `restarting` or `unhealthy`. */
  state: z.string(),
});
export type ContainerFault = z.output<typeof ContainerFault>;

/**
 * Why one attempt of a health check did not pass. Kept in records: a code may be added, never changed. Texts that
 * come from outside are redacted and short, but not clean: whoever shows them escapes them.
 */
export const ProbeReason = z.discriminatedUnion("code", [
  z.object({ code: z.literal("status"), expected: z.number(), got: z.number() }),
  z.object({ code: z.literal("text-missing"), expected: z.string() }),
  /** `connected`: the other side took the connection, and then said nothing; absent in older records. */
  z.object({ code: z.literal("timed-out"), seconds: z.number(), connected: z.literal(true).optional() }),
  /** `detail` is the system's code, such as ECONNREFUSED. */
  z.object({ code: z.literal("no-answer"), detail: z.string() }),
  /** The body, or its first megabyte, is not JSON. */
  z.object({ code: z.literal("not-json") }),
  /** `got` is JSON text; absent where there is no such field. */
  z.object({
    code: z.literal("json-mismatch"),
    path: z.string(),
    expected: Scalar,
    got: z.string().optional(),
  }),
  z.object({ code: z.literal("too-slow"), limitMs: z.number(), tookMs: z.number() }),
  /** `expiresAt` in milliseconds since the epoch. */
  z.object({ code: z.literal("certificate-expires"), expiresAt: z.number(), minimumSeconds: z.number() }),
  /** `detail` is the code of OpenSSL or Node, such as CERT_HAS_EXPIRED. */
  z.object({ code: z.literal("certificate-invalid"), detail: z.string() }),
  /** `to` is the origin that a redirect led to, and that the configuration does not have. */
  z.object({ code: z.literal("redirect-refused"), to: z.string() }),
  z.object({ code: z.literal("too-many-redirects"), limit: z.number() }),
  /** `said` is the last line that the command printed; absent where it printed nothing, and in older records. */
  z.object({ code: z.literal("exited"), exitCode: z.number(), said: z.string().optional() }),
  z.object({ code: z.literal("killed"), signal: z.string(), said: z.string().optional() }),
  /** Without any fault: there is no container at all. */
  z.object({ code: z.literal("containers"), faults: z.array(ContainerFault), more: z.number() }),
  /** What is free, and what must be, in percent or in megabytes. */
  z.object({
    code: z.literal("disk-low"),
    path: z.string(),
    free: z.number(),
    minimum: z.number(),
    unit: z.enum(["percent", "megabytes"]),
  }),
  /** A program on the host answered something that Slipway cannot read. */
  z.object({ code: z.literal("unreadable") }),
  /** `reason` is a code of the SSH adapter, or `lost`; `said` quotes a host that refused the sign-in. */
  z.object({
    code: z.literal("host-unreachable"),
    host: z.string(),
    reason: z.string(),
    said: z.string().optional(),
  }),
  /** The host accepted the sign-in and did not run the command. */
  z.object({ code: z.literal("not-run"), host: z.string(), ...NotRunFacts.shape }),
]);
export type ProbeReason = z.output<typeof ProbeReason>;
