import type { GatewayOpcodes } from "discord-api-types/v10";
import * as z from "zod";

/** One message of the gateway in either direction. */
export interface GatewayPayload {
  readonly op: GatewayOpcodes;
  readonly d: unknown;
  readonly s?: number | null;
  readonly t?: string | null;
}

export const receivedPayload = z.object({ op: z.int(), d: z.unknown() });

export const identifyData = z.object({
  token: z.string(),
  intents: z.int().nonnegative(),
  properties: z.object({ os: z.string(), browser: z.string(), device: z.string() }),
  compress: z.boolean().optional(),
  large_threshold: z.int().min(50).max(250).optional(),
  shard: z.tuple([z.int(), z.int()]).optional(),
  presence: z.unknown().optional(),
});
export type IdentifyData = z.infer<typeof identifyData>;

export const resumeData = z.object({ token: z.string(), session_id: z.string(), seq: z.int().nonnegative() });
export type ResumeData = z.infer<typeof resumeData>;
