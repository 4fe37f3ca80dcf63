import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import { expect } from "vitest";
import type { HealthCheck, HttpCheck } from "../../../src/config/health-checks.js";
import { HealthCheckConfig } from "../../../src/config/health-schema.js";
import { createRedactor } from "../../../src/execution/redact.js";
import type { RemoteRunner } from "../../../src/execution/remote-runner.js";
import {
  createProbers,
  type Probe,
  type ProberParts,
  type Probers,
} from "../../../src/health/create-prober.js";
import type { Secret } from "../../../src/secret.js";
import type { KeyPair } from "./certificates.js";

export interface ProbedServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Settles once every connection that was ever made has ended. */
  disconnected(): Promise<void>;
  close(): Promise<void>;
}

export function startHttp(listener: RequestListener): Promise<ProbedServer> {
  return started("http", createServer(listener));
}

export function startHttps(listener: RequestListener, pair: KeyPair): Promise<ProbedServer> {
  return started("https", createTlsServer(pair, listener));
}

async function started(scheme: string, server: Server): Promise<ProbedServer> {
  const open = new Map<Socket, Promise<unknown>>();
  server.on("connection", (socket: Socket) => {
    open.set(socket, new Promise((resolve) => socket.once("close", resolve)));
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    disconnected: async () => {
      await Promise.all(open.values());
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open.keys()) socket.destroy();
      await closed;
    },
  };
}

/** For probes that reach no host. */
const noRunner: RemoteRunner = { run: () => Promise.reject(new Error("This test has no host")) };

type GivenParts = Partial<ProberParts> & { readonly known?: readonly Secret[] };

/** A prober without hosts, secrets and configured origins, but for what is given. */
export function proberWith(parts: GivenParts = {}): Probe {
  return probersWith(parts).look;
}

export function probersWith(parts: GivenParts = {}): Probers {
  const { known = [], ...changes } = parts;
  const redactor = createRedactor(known);
  return createProbers({
    runner: noRunner,
    redaction: () => redactor.stream(),
    secrets: new Map(),
    origins: new Set(),
    now: Date.now,
    ...changes,
  });
}

export function httpCheck(url: string, changes: Partial<HttpCheck> = {}): HttpCheck {
  return {
    ...{ type: "http", url, status: 200, redirects: "answer", attempts: 1, interval: 1, timeout: 5 },
    ...changes,
  };
}

/** A check as the configuration has it. @param input as in the file */
export function checkOn(host: string, input: object): HealthCheck {
  const check = HealthCheckConfig.parse(input);
  return check.type === "http" || check.type === "tcp" ? check : { ...check, host };
}

export function unhealthy(reason: object): object {
  return { kind: "unhealthy", reason, latencyMs: expect.any(Number) };
}

export const healthy = { kind: "healthy", latencyMs: expect.any(Number) };
