import { EventEmitter, once } from "node:events";
import { readFile } from "node:fs/promises";
import { type Logger, pino } from "pino";
import type { TargetHost } from "../../../sandbox/host/types.js";
import type { CommandOutcome, RemoteCommand, RemoteRunner } from "../../../src/execution/remote-runner.js";
import type { SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { Secret } from "../../../src/secret.js";

export const silent = pino({ level: "silent" });

/** A logger whose lines can be read. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { lines, logger: pino({ level: "trace" }, { write: (line: string) => lines.push(line) }) };
}

/** The configuration that reaches a target host, with its fingerprint pinned. */
export async function sshHostOf(target: TargetHost): Promise<SshHost> {
  return {
    address: target.address,
    port: target.port,
    user: target.user,
    privateKey: new Secret(await readFile(target.privateKeyPath, "utf8")),
    hostKeys: [{ kind: "fingerprint", sha256: target.hostKeyFingerprint }],
  };
}

export function shell(script: string, options: Partial<RemoteCommand> = {}): RemoteCommand {
  return { argv: ["sh", "-c", script], timeoutSeconds: 20, ...options };
}

/** Runs one command and gives its outcome with all of its output. */
export async function collect(
  runner: RemoteRunner,
  host: string,
  command: RemoteCommand,
): Promise<{ outcome: CommandOutcome; output: string; pieces: readonly string[] }> {
  const pieces: string[] = [];
  const outcome = await runner.run(host, command, (text) => void pieces.push(text));
  return { outcome, output: pieces.join(""), pieces };
}

/** Resolves when the text that a command has printed so far contains `part`. */
export function printed(part: string): {
  readonly seen: Promise<void>;
  readonly onOutput: (text: string) => void;
} {
  const printing = new EventEmitter();
  let output = "";
  return {
    seen: once(printing, "seen").then(() => undefined),
    onOutput(text) {
      output += text;
      if (output.includes(part)) printing.emit("seen");
    },
  };
}

export function ignore(): void {
  // For the output of a command that matters by its outcome alone.
}
