/**
 * Does work under a signal that is aborted with either of two. By hand: Node 20 may collect an `AbortSignal.any` as
 * garbage before it fires.
 */
export async function underEither<T>(
  first: AbortSignal,
  second: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const both = new AbortController();
  const abort = () => both.abort();
  const signals = second ? [first, second] : [first];
  for (const signal of signals) {
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  }
  try {
    return await work(both.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", abort);
  }
}
