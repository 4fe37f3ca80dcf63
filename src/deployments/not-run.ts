import { z } from "zod";

/**
 * Why a host that accepted the sign-in did not run a command: its own words (redacted, one line, short; not clean), how
 * its login shell ended, and how long Slipway waited, each where it is known.
 */
export const NotRunFacts = z.object({
  said: z.string().optional(),
  exitCode: z.number().optional(),
  seconds: z.number().optional(),
});
export type NotRunFacts = z.output<typeof NotRunFacts>;
