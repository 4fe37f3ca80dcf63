/**
 * Whether a redirect may be followed: only where the configuration itself leads, else whoever answers could make
 * Slipway ask anything in its network.
 * @param origins of the configuration
 */
export function mayFollow(from: URL, to: URL, origins: ReadonlySet<string>): boolean {
  if (!/^https?:$/.test(to.protocol) || to.username !== "" || to.password !== "") return false;
  return origins.has(to.origin) || movesToTls(from, to);
}

/** `http://host` to `https://host`, each on its usual port. */
function movesToTls(from: URL, to: URL): boolean {
  return from.protocol === "http:" && to.protocol === "https:" && from.host === to.host && to.port === "";
}
