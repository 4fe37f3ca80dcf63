import type { NotRunFacts } from "../deployments/not-run.js";

/**
 * Why a command could not be sent. `dns`: no such host; `jump`: the jump host is unreachable or forbids
 * forwarding; `protocol`: the other side does not speak SSH as expected, or ended the conversation; `unfit`: the host
 * lacks a program that durable runs need, or does not let them write; `busy`: a step of another deployment is still at
 * work there; `no-space`: no free block or inode; `bad-fence`: the fencing token there is not plausible; `nonsense`: the
 * runner there gives no valid answer; `not-run`: the host accepted the sign-in, but our own
 * shell never answered there.
 */
export type UnreachableCode =
  | "refused"
  | "timeout"
  | "dns"
  | "auth"
  | "host-key"
  | "jump"
  | "protocol"
  | "unfit"
  | "busy"
  | "no-space"
  | "bad-fence"
  | "nonsense"
  | "not-run";

/** The host key that was refused, with what would have been accepted. */
export interface RefusedHostKey {
  /** For example `ssh-ed25519`. */
  readonly keyType: string;
  /** `SHA256:…`, as `ssh-keygen -lf` prints it. */
  readonly fingerprint: string;
  /** Fingerprints that are pinned for this host. */
  readonly pinned: readonly string[];
  /** The key is marked `@revoked` in a known_hosts file. */
  readonly revoked: boolean;
}

interface UnreachableDetails {
  readonly detail?: string;
  readonly hostKey?: RefusedHostKey;
  readonly notRun?: NotRunFacts;
  readonly said?: string;
  readonly cause?: unknown;
}

/** The command was not sent, so nothing has changed on the host and trying again is safe. */
export class HostUnreachableError extends Error {
  override readonly name = "HostUnreachableError";
  readonly host: string;
  readonly code: UnreachableCode;
  /** Names a file or folder on the host, or quotes the host: hostile text. */
  readonly detail: string | undefined;
  /** Only with the code `host-key`. */
  readonly seenFingerprint: string | undefined;
  /** Only with the code `host-key`. */
  readonly pinnedFingerprints: readonly string[] | undefined;
  /** Only with the code `not-run`. */
  readonly notRun: NotRunFacts | undefined;
  /** What the host said while it refused the sign-in: one line, without secrets. Only with the code `auth`. */
  readonly said: string | undefined;

  constructor(host: string, code: UnreachableCode, details: UnreachableDetails = {}) {
    const { hostKey, notRun, cause } = details;
    const explanation = hostKey
      ? describeRefusedKey(hostKey)
      : notRun
        ? describeNotRun(notRun)
        : details.detail;
    super(`Cannot reach host "${host}" (${code})${explanation ? `: ${explanation}` : ""}`, { cause });
    this.host = host;
    this.code = code;
    this.detail = details.detail;
    this.seenFingerprint = hostKey?.fingerprint;
    this.pinnedFingerprints = hostKey?.pinned;
    this.notRun = notRun;
    this.said = details.said;
  }
}

/** In English, for logs. */
export function describeNotRun({ said, exitCode, seconds }: NotRunFacts): string {
  const how = [
    ...(exitCode === undefined ? [] : [`its login shell ended with exit code ${exitCode}`]),
    ...(seconds === undefined ? [] : [`no answer within ${seconds} s`]),
    said === undefined ? "the host said nothing" : `the host said: ${said}`,
  ];
  return `signed in, but the host did not run the command (${how.join("; ")})`;
}

function describeRefusedKey({ keyType, fingerprint, pinned, revoked }: RefusedHostKey): string {
  const verdict = revoked ? "is revoked" : "is not pinned";
  return `its ${keyType} key ${fingerprint} ${verdict}; pinned: ${pinned.join(", ") || "none"}`;
}
