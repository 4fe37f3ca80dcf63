import { createHash } from "node:crypto";
import { copyFile, readFile } from "node:fs/promises";
import { findProgram } from "./find-program.js";
import { HostError } from "./host-error.js";
import type { HostPaths } from "./host-paths.js";
import { runProgram } from "./run-program.js";

export interface HostKey {
  /** `ssh-ed25519 AAAA…`, as in `known_hosts` behind the address. */
  readonly publicKey: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

/** Makes the host's key and the one that is allowed in. */
export async function makeSshKeys(paths: HostPaths): Promise<HostKey> {
  await Promise.all([makeKey(paths.hostKey, "host"), makeKey(paths.clientKey, "client")]);
  await copyFile(`${paths.clientKey}.pub`, paths.authorizedKeys);
  const [type, blob] = (await readFile(`${paths.hostKey}.pub`, "utf8")).split(" ");
  if (type === undefined || blob === undefined) throw new HostError("ssh-keygen wrote no public key");
  return { publicKey: `${type} ${blob}`, fingerprint: fingerprintOf(blob) };
}

async function makeKey(file: string, comment: string): Promise<void> {
  await runProgram([findProgram("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
}

function fingerprintOf(base64Key: string): string {
  const digest = createHash("sha256").update(Buffer.from(base64Key, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
