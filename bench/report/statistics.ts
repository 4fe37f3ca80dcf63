/**
 * Nearest-rank quantile: always a value that was measured. With few samples p99 is the largest of them.
 * @param share from 0 to 1
 * @throws RangeError without samples
 */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError("There are no samples to take a quantile of.");
  return found;
}

/** @throws RangeError without samples */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}
