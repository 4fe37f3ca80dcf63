import type { Secret } from "../../secret.js";

/** How to reach one host. */
export interface SshHost {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly privateKey: Secret;
  readonly passphrase?: Secret;
  /** A host key is accepted when any of these knows it; with none, every key is refused. */
  readonly hostKeys: readonly PinnedHostKey[];
  /** Name of the host that connections go through. */
  readonly jump?: string;
}

export type PinnedHostKey =
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  | { readonly kind: "fingerprint"; readonly sha256: string }
  /** A file in OpenSSH's known_hosts format, read anew for every connection. */
  | { readonly kind: "known-hosts"; readonly file: string };
