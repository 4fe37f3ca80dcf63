/**
 * What the system refuses to Slipway before anything has left its machine: descriptors, memory, ports, leave to send
 * at all, or a network (errno(3), connect(2)). It says nothing of the other side. ENETUNREACH is not among them: a router
 * on the way may say so, too.
 */
const OWN: ReadonlySet<string> = new Set([
  ...["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL"],
  ...["EACCES", "EPERM", "ENETDOWN"],
  // Not the system, but Slipway: it uses every session of a host.
  "EBUSY",
]);

/** @returns the system's code, where an error or its cause tells of Slipway's own machine and of nothing that is probed */
export function ownShortage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return OWN.has(code) ? code : ownShortage(error.cause);
}
