/** Discord's first second of 2015, in milliseconds since the epoch. */
const discordEpoch = 1_420_070_400_000n;

/**
 * Makes ids as Discord does: the time in the upper bits, so that they increase and tell when they were made.
 *
 * @param now - milliseconds since the epoch
 * @returns a function that gives a new id, greater than all before
 */
export function createSnowflakes(now: () => number): () => string {
  let last = 0n;
  return () => {
    const next = (BigInt(now()) - discordEpoch) << 22n;
    last = next > last ? next : last + 1n;
    return last.toString();
  };
}
