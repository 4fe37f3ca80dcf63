import type { Config } from "../../src/config/schema.js";
import type { SshHost } from "../../src/execution/ssh/ssh-host.js";
import type { Secret } from "../../src/secret.js";

/** The hosts of the configuration, which pins their keys by fingerprint. */
export function sshHosts(
  { hosts }: Config,
  privateKeys: Readonly<Record<string, Secret>>,
): Readonly<Record<string, SshHost>> {
  return Object.fromEntries(
    Object.entries(privateKeys).flatMap(([name, privateKey]) => {
      const host = hosts[name];
      if (host === undefined) return [];
      const { address, port, user } = host;
      const hostKeys = (host.hostKeys ?? []).map((sha256) => ({ kind: "fingerprint", sha256 }) as const);
      return [[name, { address, port, user, privateKey, hostKeys }] as const];
    }),
  );
}
