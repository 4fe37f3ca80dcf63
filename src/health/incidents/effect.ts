import { z } from "zod";
import { Blindness } from "./board.js";

const TargetNames = z.object({ project: z.string(), environment: z.string() });

/**
 * What must be done outside. Each may be done twice: whoever does it reads the incident as it is then, and makes
 * messages with a nonce.
 */
export const Effect = z.discriminatedUnion("kind", [
  /** Makes the one message of an incident. */
  z.object({ kind: z.literal("open"), incidentId: z.string(), roles: z.array(z.string()) }),
  /** Draws that message again. */
  z.object({ kind: z.literal("edit"), incidentId: z.string() }),
  /** A reply to it that mentions roles: an environment of theirs joined, or nobody has acknowledged. */
  z.object({
    kind: z.literal("call"),
    incidentId: z.string(),
    why: z.enum(["joined", "unacknowledged"]),
    roles: z.array(z.string()).min(1),
  }),
  /** Makes the message that says for how long it was down; `silent` when it must not notify. */
  z.object({ kind: z.literal("recover"), incidentId: z.string(), silent: z.boolean() }),
  /** Probes an environment at a time outside of its schedule. Ask `isDue` when the time has come. */
  z.object({ kind: z.literal("probe"), target: TargetNames, at: z.number() }),
  /** A release did not hold in its bake period. */
  z.object({
    kind: z.literal("bake-failed"),
    target: TargetNames,
    deploymentId: z.string(),
    incidentId: z.string(),
    action: z.enum(["offer", "rollback"]),
  }),
  /** Makes the one message that says that Slipway cannot look, or draws it again. */
  Blindness.extend({ kind: z.literal("blind") }),
  /** How the environments of a channel fared. */
  z.object({
    kind: z.literal("summary"),
    channelId: z.string(),
    period: z.enum(["daily", "weekly"]),
    from: z.number(),
    to: z.number(),
    targets: z.array(TargetNames),
  }),
]);
export type Effect = z.output<typeof Effect>;
