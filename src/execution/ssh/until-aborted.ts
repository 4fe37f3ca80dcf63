export const ABORTED = Symbol("aborted");

/**
 * Waits for the promise, but no longer than the signal lets it.
 * @param discard gets what the promise gives after nobody waits for it any more
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => undefined,
): Promise<T | typeof ABORTED> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => resolve(ABORTED);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    promise
      .finally(() => signal.removeEventListener("abort", stop))
      .then((value) => (signal.aborted ? discard(value) : resolve(value)), reject);
  });
}
