import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import type { RefusedHostKey } from "../host-unreachable-error.js";
import { isAboutHost, type KnownHost, parseKnownHosts } from "./known-hosts.js";
import type { SshHost } from "./ssh-host.js";

/** The pins of one host, read once for one connection, so that a key exchange later on is judged alike. */
export interface HostKeyPolicy {
  /** Key types with an entry for this host, so that the host can be asked for a key that can be checked. */
  readonly knownKeyTypes: ReadonlySet<string>;
  /** `undefined` when the key is accepted. */
  refuse(key: Buffer): RefusedHostKey | undefined;
}

/** Reads the pins of a host. A known_hosts file that cannot be read counts as empty, which refuses every key. */
export async function loadHostKeyPolicy(host: SshHost, logger: Logger): Promise<HostKeyPolicy> {
  const entries = (await Promise.all(host.hostKeys.map((pin) => readEntries(pin, host, logger)))).flat();
  const trusted = entries.filter(({ marker }) => marker === undefined);
  const revoked = entries.filter(({ marker }) => marker === "revoked");
  const fingerprints = host.hostKeys.flatMap((pin) =>
    pin.kind === "fingerprint" ? [normalize(pin.sha256)] : [],
  );
  const pinned = [...new Set([...fingerprints, ...trusted.map(({ key }) => fingerprintOf(key))])];

  return {
    knownKeyTypes: new Set(trusted.map(({ keyType }) => keyType)),
    refuse(key) {
      const fingerprint = fingerprintOf(key);
      const isRevoked = revoked.some((entry) => entry.key.equals(key));
      if (pinned.includes(fingerprint) && !isRevoked) return undefined;
      return { keyType: keyTypeOf(key), fingerprint, pinned, revoked: isRevoked };
    },
  };
}

async function readEntries(
  pin: SshHost["hostKeys"][number],
  host: SshHost,
  logger: Logger,
): Promise<KnownHost[]> {
  if (pin.kind === "fingerprint") return [];
  const { file } = pin;
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    logger.warn({ file, err: error }, "cannot read this known_hosts file; every host key in it is unknown");
    return "";
  });
  const entries = parseKnownHosts(text).filter((entry) => isAboutHost(entry, host.address, host.port));
  if (entries.some(({ marker }) => marker === "cert-authority")) {
    logger.warn(
      { file, address: host.address },
      "@cert-authority lines are ignored: host certificates are not supported",
    );
  }
  return entries;
}

/** `SHA256:` and unpadded base64, as OpenSSH prints it. */
function fingerprintOf(key: Buffer): string {
  return normalize(createHash("sha256").update(key).digest("base64"));
}

function normalize(fingerprint: string): string {
  return `SHA256:${fingerprint.replace(/^SHA256:/i, "").replace(/=+$/, "")}`;
}

/** The first string of the wire format (RFC 4253, section 6.6). */
function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString("latin1");
}
