import { createHmac } from "node:crypto";

/** The value of `X-Hub-Signature-256` (or of the old `X-Hub-Signature` with SHA-1) for exactly these bytes. */
export function sign(body: Uint8Array, secret: string, algorithm: "sha1" | "sha256" = "sha256"): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest("hex")}`;
}
