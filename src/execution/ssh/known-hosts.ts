import { createHmac, timingSafeEqual } from "node:crypto";

/** One line of a known_hosts file (format: sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"). */
export interface KnownHost {
  /** A marker without the `@`, such as `revoked` or `cert-authority`. */
  readonly marker: string | undefined;
  readonly hosts: string;
  readonly keyType: string;
  /** The public key as it goes over the wire. */
  readonly key: Buffer;
}

/** Reads known_hosts text. Comments, blank lines and lines that are not entries are passed over, as OpenSSH does. */
export function parseKnownHosts(text: string): KnownHost[] {
  return text.split("\n").flatMap((line) => parseLine(line.trim()) ?? []);
}

/**
 * Tells whether an entry is about this host. A port other than 22 is only known as `[address]:port`; unlike
 * OpenSSH, an entry without the port is not accepted for it.
 */
export function isAboutHost(entry: KnownHost, address: string, port: number): boolean {
  const name = (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
  if (entry.hosts.startsWith("|")) return matchesHash(entry.hosts, name);
  const patterns = entry.hosts.toLowerCase().split(",");
  if (patterns.some((pattern) => pattern.startsWith("!") && matchesGlob(pattern.slice(1), name)))
    return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && matchesGlob(pattern, name));
}

function parseLine(line: string): KnownHost | undefined {
  if (line === "" || line.startsWith("#")) return undefined;
  const fields = line.split(/\s+/);
  const marker = fields[0]?.startsWith("@") ? fields.shift()?.slice(1) : undefined;
  const [hosts, keyType, key] = fields;
  if (!hosts || !keyType || !key) return undefined;
  return { marker, hosts, keyType, key: Buffer.from(key, "base64") };
}

/** `|1|SALT|HASH`: HMAC-SHA1 of the host's name, both in base64. */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split("|");
  if (version !== "1" || !salt || !hash) return false;
  const expected = Buffer.from(hash, "base64");
  const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` and `?` only. Walks back to the last star alone, so that no pattern takes exponential time. */
function matchesGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let index = 0; index < name.length; ) {
    if (pattern[at] === "*") {
      star = at++;
      resumeAt = index;
    } else if (pattern[at] === "?" || pattern[at] === name[index]) {
      at += 1;
      index += 1;
    } else if (star >= 0) {
      at = star + 1;
      resumeAt += 1;
      index = resumeAt;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
