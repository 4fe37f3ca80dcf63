import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import type { SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { Secret } from "../../../src/secret.js";
import { listen } from "./ports.js";

/** A moment of the protocol at which the host may misbehave. */
interface Moment {
  /** Which connection it is, counted from 1. */
  readonly connection: number;
  /** Cuts the connection without a goodbye. */
  readonly cut: () => void;
}

export interface HostScript {
  /** A session is asked for. @defaultValue accepts it */
  readonly onSession?: (session: Moment & { accept(): void; reject(): void }) => void;
  /** A command is asked for. */
  readonly onCommand: (request: Moment & { accept(): ServerChannel; reject(): void }) => void;
}

/** A peer that misbehaves at a chosen moment, which a real sshd cannot be made to do. */
export interface ScriptedHost {
  readonly host: SshHost;
  /** Commands that arrived, over all connections. */
  readonly commands: readonly string[];
  close(): Promise<void>;
}

export async function startScriptedHost(script: HostScript): Promise<ScriptedHost> {
  const hostKey = newKeyPair();
  const commands: string[] = [];
  let connections = 0;
  const server = await listen((socket) => {
    const connection = ++connections;
    const peer = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) =>
      serve(client, { connection, cut: () => cut(socket) }, script, commands),
    );
    peer.injectSocket(socket);
  });
  const host: SshHost = {
    address: "127.0.0.1",
    port: server.port,
    user: "deploy",
    privateKey: new Secret(newKeyPair().private),
    hostKeys: [{ kind: "fingerprint", sha256: fingerprintOf(hostKey.public) }],
  };
  return { host, commands, close: () => server.close() };
}

/** Not Ed25519: about one in 200 of those that ssh2 1.17 makes is malformed, so that nothing can read it. */
function newKeyPair() {
  return ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
}

function serve(client: Connection, moment: Moment, script: HostScript, commands: string[]): void {
  client.on("error", moment.cut);
  client.on("authentication", (context) => context.accept());
  client.on("session", (acceptSession, rejectSession) => {
    const accept = () => {
      acceptSession().on("exec", (acceptCommand, rejectCommand, { command }) => {
        commands.push(command);
        script.onCommand({ ...moment, accept: acceptCommand, reject: rejectCommand });
      });
    };
    if (script.onSession) script.onSession({ ...moment, accept, reject: rejectSession });
    else accept();
  });
}

function cut(socket: Socket): void {
  socket.resetAndDestroy();
}

function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64")}`;
}
