import { ReplyError } from "ioredis";

/** The key holds another type than Slipway writes: somebody else wrote it, or another version did. */
export function isWrongType(error: unknown): boolean {
  return error instanceof Error && error instanceof ReplyError && /\bWRONGTYPE\b/.test(error.message);
}

/** What a key of the right type answers; for one of another type what stands for "nothing there". */
export async function unlessWrongType<Answer, Fallback>(
  answer: Promise<Answer>,
  fallback: Fallback,
): Promise<Answer | Fallback> {
  try {
    return await answer;
  } catch (error) {
    if (isWrongType(error)) return fallback;
    throw error;
  }
}
