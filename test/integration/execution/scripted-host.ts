import { createHash } from "node:crypto";
import { once } from "node:events";
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
  /** Refuses every key, after this message. */
  readonly refuses?: string;
  /** A session is asked for. @defaultValue accepts it */
  readonly onSession?: (session: Moment & { accept(): void; reject(): void }) => void;
  /** The login shell is to run a text. */
  readonly onCommand: (request: Moment & { accept(): ServerChannel; reject(): void; answer: Answer }) => void;
}

/** Accepts, answers as our own shell does, and waits for the script. */
type Answer = () => Promise<{ readonly channel: ServerChannel; exit(code: number): void }>;

/** A peer that misbehaves at a chosen moment, which a real sshd cannot be made to do. */
export interface ScriptedHost {
  readonly host: SshHost;
  /** Texts for the login shell that arrived, over all connections. */
  readonly commands: readonly string[];
  /** Scripts that arrived in our own shell, over all connections. */
  readonly scripts: readonly string[];
  close(): Promise<void>;
}

export async function startScriptedHost(script: HostScript): Promise<ScriptedHost> {
  const hostKey = newKeyPair();
  const arrived = { commands: [] as string[], scripts: [] as string[] };
  let connections = 0;
  const banner = script.refuses === undefined ? {} : { banner: script.refuses };
  const server = await listen((socket) => {
    const connection = ++connections;
    const peer = new ssh2.Server({ hostKeys: [hostKey.private], ...banner }, (client) =>
      serve(client, { connection, cut: () => cut(socket) }, script, arrived),
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
  return { host, ...arrived, close: () => server.close() };
}

/** Not Ed25519: about one in 200 of those that ssh2 1.17 makes is malformed, so that nothing can read it. */
function newKeyPair() {
  return ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 });
}

interface Arrived {
  readonly commands: string[];
  readonly scripts: string[];
}

function serve(client: Connection, moment: Moment, script: HostScript, arrived: Arrived): void {
  client.on("error", moment.cut);
  client.on("authentication", (context) =>
    script.refuses === undefined ? context.accept() : context.reject(),
  );
  client.on("session", (acceptSession, rejectSession) => {
    const accept = () => {
      acceptSession().on("exec", (acceptCommand, rejectCommand, { command }) => {
        arrived.commands.push(command);
        const answer: Answer = () => answerAsShell(acceptCommand(), command, arrived.scripts);
        script.onCommand({ ...moment, accept: acceptCommand, reject: rejectCommand, answer });
      });
    };
    if (script.onSession) script.onSession({ ...moment, accept, reject: rejectSession });
    else accept();
  });
}

async function answerAsShell(channel: ServerChannel, command: string, scripts: string[]): ReturnType<Answer> {
  const [, name, first, second] = / ([0-9a-f]+) (\d+) (\d+)$/.exec(command) ?? [];
  const write = (text: string) => {
    channel.write(text);
    channel.stderr.write(text);
  };
  write(`slipway-${name}-${Number(first) + Number(second)}\n`);
  const [line] = await once(channel, "data");
  const script = String(line);
  scripts.push(script);
  const mark = /slipway-[0-9a-f]{32}:/.exec(script)?.[0];
  return { channel, exit: (code) => write(`${mark}${code}\n`) };
}

function cut(socket: Socket): void {
  socket.resetAndDestroy();
}

function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(" ")[1] ?? "", "base64");
  return `SHA256:${createHash("sha256").update(blob).digest("base64")}`;
}
