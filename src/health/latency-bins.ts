/**
 * A sketch of how latencies are spread, small enough for every bucket of a history: counts by bin, each bin about
 * 1.41 times as wide as the one before. The last one holds all from 65 s up.
 */
export type LatencyBins = Readonly<Record<string, number>>;

const BINS_PER_DOUBLING = 2;
const LAST_BIN = 32;

/** @param latencyMs milliseconds */
export function binOf(latencyMs: number): number {
  return Math.min(LAST_BIN, Math.floor(BINS_PER_DOUBLING * Math.log2(Math.max(1, latencyMs))));
}

/** The latency that this share of all stays under: the middle of its bin, so at most a fifth off. */
export function quantile(
  bins: LatencyBins,
  share: number,
  bounds: { readonly min: number; readonly max: number },
): number {
  const sorted = Object.entries(bins)
    .map(([bin, count]) => [Number(bin), count] as const)
    .sort(([a], [b]) => a - b);
  const wanted = share * sorted.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bin, count] of sorted) {
    seen += count;
    if (seen >= wanted) return Math.min(bounds.max, Math.max(bounds.min, middleOf(bin)));
  }
  return bounds.max;
}

function middleOf(bin: number): number {
  return 2 ** ((bin + 0.5) / BINS_PER_DOUBLING);
}
