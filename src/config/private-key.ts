/** What a text that should be an SSH private key is. */
export type PrivateKeyKind = "usable" | "encrypted" | "public" | "one-line" | "not-a-key";

const OPENSSH_BODY = /^-----BEGIN OPENSSH PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+)-----END/;
/** OpenSSH's PROTOCOL.key: the magic, then the cipher's name behind its length in four bytes. */
const OPENSSH_MAGIC = "openssh-key-v1\0";

/** Tells a private key that can be used without a passphrase from what people put in its place by mistake. */
export function privateKeyKind(text: string): PrivateKeyKind {
  const key = text.trim();
  if (/^(?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]+/.test(key) || key.includes("BEGIN SSH2 PUBLIC KEY"))
    return "public";
  if (!/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return "not-a-key";
  if (!key.includes("\n")) return "one-line";
  return isEncrypted(key) ? "encrypted" : "usable";
}

function isEncrypted(key: string): boolean {
  if (key.startsWith("-----BEGIN ENCRYPTED") || key.includes("\nProc-Type: 4,ENCRYPTED")) return true;
  const body = OPENSSH_BODY.exec(key)?.[1];
  if (body === undefined) return false;
  const bytes = Buffer.from(body, "base64");
  if (!bytes.toString("latin1").startsWith(OPENSSH_MAGIC)) return false;
  const start = OPENSSH_MAGIC.length + 4;
  return bytes.length > start && bytes.toString("latin1", start, start + 4) !== "none";
}
