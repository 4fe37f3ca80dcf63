import ssh2 from "ssh2";

/** What a text that should be an SSH private key is. */
export type PrivateKeyKind =
  | "usable"
  | "encrypted"
  | "public"
  | "one-line"
  | "cut-off"
  | "pkcs8"
  | "unreadable"
  | "not-a-key";

const PUBLIC = /^(?:ssh-|ecdsa-|sk-)\S+ [A-Za-z0-9+/]+/;
const PRIVATE = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|^PuTTY-User-Key-File-/;

/**
 * Removes what an editor, a YAML block or Windows adds around the lines of a key. OpenSSH's parser refuses a key
 * without the line break at its end.
 */
export function tidyKey(text: string): string {
  const lines = text.trim().split(/\r?\n/);
  return `${lines.map((line) => line.trim()).join("\n")}\n`;
}

/**
 * Tells a private key that Slipway can sign in with from what people put in its place by mistake. The library that will
 * use the key decides.
 *
 * @param key as {@link tidyKey} returns it
 */
export function privateKeyKind(key: string): PrivateKeyKind {
  if (PUBLIC.test(key) || key.includes("BEGIN SSH2 PUBLIC KEY")) return "public";
  if (!PRIVATE.test(key)) return "not-a-key";
  if (!key.trim().includes("\n")) return "one-line";
  const refusal = refusalOf(key);
  if (refusal === undefined) return "usable";
  if (/encrypted|passphrase/i.test(refusal) || key.startsWith("-----BEGIN ENCRYPTED")) return "encrypted";
  if (!/\n-----END [A-Z0-9 ]*PRIVATE KEY-----\n$/.test(key) && key.startsWith("-----")) return "cut-off";
  return key.startsWith("-----BEGIN PRIVATE KEY-----") ? "pkcs8" : "unreadable";
}

/** What the SSH library says of a key that it cannot sign with. */
function refusalOf(key: string): string | undefined {
  try {
    const parsed: unknown = ssh2.utils.parseKey(key);
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (first instanceof Error) return first.message;
    if (!isSigner(first) || !first.isPrivateKey()) return "not a private key";
    // By default the library signs with SHA-1 for RSA, which an OpenSSL under a strict policy refuses.
    const hash = first.type === "ssh-rsa" ? "sha256" : undefined;
    const signature = first.sign(Buffer.from("slipway"), hash);
    return signature instanceof Error ? signature.message : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "unknown";
  }
}

interface Signer {
  readonly type?: unknown;
  isPrivateKey(): boolean;
  sign(data: Buffer, hash?: string): unknown;
}

function isSigner(value: unknown): value is Signer {
  return typeof value === "object" && value !== null && "sign" in value && "isPrivateKey" in value;
}
