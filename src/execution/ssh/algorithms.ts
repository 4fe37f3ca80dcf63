import type { Algorithms, ServerHostKeyAlgorithm } from "ssh2";

/** Without `ssh-rsa`, which signs with SHA-1. */
const HOST_KEY_ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
];

/**
 * What Slipway offers a host: nothing with SHA-1, CBC or MD5. A host sends the first key type that both sides
 * know, so the types with a known key come first, or the one key in a known_hosts file might never be asked for.
 */
export function algorithmsFor(knownKeyTypes: ReadonlySet<string>): Algorithms {
  const known = (name: ServerHostKeyAlgorithm) =>
    knownKeyTypes.has(name.startsWith("rsa-") ? "ssh-rsa" : name);
  return {
    kex: [
      "curve25519-sha256",
      "curve25519-sha256@libssh.org",
      "ecdh-sha2-nistp256",
      "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521",
      "diffie-hellman-group-exchange-sha256",
      "diffie-hellman-group16-sha512",
      "diffie-hellman-group18-sha512",
      "diffie-hellman-group14-sha256",
    ],
    serverHostKey: [
      ...HOST_KEY_ALGORITHMS.filter(known),
      ...HOST_KEY_ALGORITHMS.filter((name) => !known(name)),
    ],
    cipher: [
      "aes128-gcm@openssh.com",
      "aes256-gcm@openssh.com",
      "chacha20-poly1305@openssh.com",
      "aes128-ctr",
      "aes192-ctr",
      "aes256-ctr",
    ],
    hmac: [
      "hmac-sha2-256-etm@openssh.com",
      "hmac-sha2-512-etm@openssh.com",
      "hmac-sha2-256",
      "hmac-sha2-512",
    ],
    compress: ["none"],
  };
}
