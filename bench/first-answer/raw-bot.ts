/**
 * The floor below the floor: no discord.js, only a WebSocket and kept-open HTTP connections. What it takes is
 * nearly all the Discord stand-in's own time.
 */
import { Agent, request } from "node:http";
import WebSocket from "ws";

const api = process.env["DISCORD_API_URL"] ?? "";
const token = process.env["DISCORD_TOKEN"] ?? "";
const guild = process.env["DISCORD_GUILD"] ?? "";
const answer = JSON.stringify({ type: 4, data: JSON.parse(process.env["REPLY"] ?? "{}") });
const agent = new Agent({ keepAlive: true, maxSockets: 100 });

interface Frame {
  readonly op: number;
  readonly t?: string;
  readonly d: {
    readonly id?: string;
    readonly token?: string;
    readonly application?: { readonly id: string };
    readonly heartbeat_interval?: number;
  };
}

function call(method: string, path: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bot ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const outgoing = request(`${api}/v10${path}`, { method, agent, headers }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      incoming.once("end", () => resolve(text));
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

async function register(application: string): Promise<void> {
  const commands = JSON.stringify([{ name: "status", description: "Answers with a constant" }]);
  await call("PUT", `/applications/${application}/guilds/${guild}/commands`, commands);
  console.log("ready");
}

function take(socket: WebSocket, { op, t, d }: Frame): void {
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  if (op === 10) {
    setInterval(() => send({ op: 1, d: null }), d.heartbeat_interval);
    const properties = { os: "linux", browser: "bench", device: "bench" };
    send({ op: 2, d: { token, intents: 1, properties } });
  }
  if (t === "READY") void register(d.application?.id ?? "");
  if (t === "INTERACTION_CREATE") void call("POST", `/interactions/${d.id}/${d.token}/callback`, answer);
}

process.once("SIGTERM", () => process.exit(0));
const gateway = (await (
  await fetch(`${api}/v10/gateway/bot`, { headers: { authorization: `Bot ${token}` } })
).json()) as { url: string };
const socket = new WebSocket(`${gateway.url}/?v=10&encoding=json`);
socket.on("message", (data) => take(socket, JSON.parse(data.toString()) as Frame));
