import { accessSync, constants, statSync } from "node:fs";
import { Secret } from "../secret.js";
import { type PrivateKeyKind, privateKeyKind, tidyKey } from "./private-key.js";
import { readReferencedSecret, resolveConfigPath } from "./referenced-secret.js";
import type { Config, HostConfig } from "./schema.js";
import type { EnvironmentFault, FaultySecret, FoundSecret } from "./variables.js";

export type HostKeysResult =
  | {
      readonly kind: "valid";
      /** The private key of each host, by the host's name. */
      readonly keys: Readonly<Record<string, Secret>>;
      /** Worth a log line, no reason to stop: key files that others on the machine can read. */
      readonly warnings: readonly EnvironmentFault[];
    }
  | { readonly kind: "invalid"; readonly faults: readonly EnvironmentFault[] };

/**
 * Reads the SSH private keys that the hosts of a configuration name, and checks that their known_hosts files can
 * be read.
 */
export function readHostKeys(config: Config, env: NodeJS.ProcessEnv, configFile: string): HostKeysResult {
  const keys: Record<string, Secret> = {};
  const warnings = new Map<string, EnvironmentFault>();
  const faults = new Map<string, EnvironmentFault>();
  const refuse = (fault: EnvironmentFault): unknown => faults.set(JSON.stringify(fault), fault);
  for (const [name, host] of Object.entries(config.hosts)) {
    const key = readKey(name, host, env, configFile);
    if (key.kind === "fault") refuse(key.fault);
    else {
      keys[name] = new Secret(key.text);
      if (key.file !== undefined && isOpenToOthers(key.file))
        warnings.set(key.file, openToOthers(key.source, key.file));
    }
    const knownHosts = checkKnownHosts(name, host, configFile);
    if (knownHosts !== undefined) refuse(knownHosts);
  }
  if (faults.size > 0) return { kind: "invalid", faults: [...faults.values()] };
  return { kind: "valid", keys, warnings: [...warnings.values()] };
}

function readKey(
  name: string,
  host: HostConfig,
  env: NodeJS.ProcessEnv,
  configFile: string,
): FoundSecret | FaultySecret {
  const read = readReferencedSecret(host.key, { env, configFile }, `hosts.${name}.key`, "the private key");
  if (read.kind !== "found") return read;
  const text = tidyKey(read.text);
  const kind = privateKeyKind(text);
  if (kind !== "usable") return { kind: "fault", fault: { source: read.source, ...KEY_FAULTS[kind] } };
  return { ...read, text };
}

const KEY_FAULTS: Readonly<Record<Exclude<PrivateKeyKind, "usable">, Omit<EnvironmentFault, "source">>> = {
  encrypted: {
    found: "a private key with a passphrase",
    problem: "nobody is there to type the passphrase",
    fix: "make a key for Slipway without one: ssh-keygen -t ed25519 -N '' -f slipway",
  },
  public: {
    found: "a public key",
    problem: "this is the public half of the key",
    fix: "give the private half: the file without .pub",
  },
  "one-line": {
    found: "a private key on one line",
    problem: "the line breaks of the key are lost",
    fix: "keep them, or name the key's file in the variable that ends in _FILE",
  },
  "cut-off": {
    found: "a private key without its last line",
    problem: "the end of the key is missing",
    fix: "copy the whole file, down to the line that starts with -----END",
  },
  pkcs8: {
    found: "a private key in the form PKCS#8",
    problem: "the SSH library cannot read this form",
    fix: "write the key in OpenSSH's form: ssh-keygen -p -N '' -f FILE",
  },
  unreadable: {
    found: "a private key that the SSH library cannot read",
    problem: "the key is damaged, or of a type that is not supported",
    fix: "copy it again: ssh-keygen -y -f FILE must print its public half. Or make one: ssh-keygen -t ed25519 -N '' -f slipway",
  },
  "not-a-key": {
    found: "something else",
    problem: "this is not a private key",
    fix: "give a key that starts with -----BEGIN OPENSSH PRIVATE KEY-----",
  },
};

function checkKnownHosts(name: string, host: HostConfig, configFile: string): EnvironmentFault | undefined {
  if (host.knownHosts === undefined) return undefined;
  const file = resolveConfigPath(host.knownHosts, configFile);
  try {
    accessSync(file, constants.R_OK);
    return undefined;
  } catch {
    const fix = `write the host's keys into it: ssh-keyscan -p ${host.port} ${host.address}, then compare them`;
    return { source: `hosts.${name}.knownHosts`, found: file, problem: "the file cannot be read", fix };
  }
}

function isOpenToOthers(file: string): boolean {
  return (statSync(file).mode & 0o077) !== 0;
}

function openToOthers(source: string, file: string): EnvironmentFault {
  return {
    source,
    found: file,
    problem: "other users of this machine can read the key",
    fix: `chmod 600 ${file}`,
  };
}
