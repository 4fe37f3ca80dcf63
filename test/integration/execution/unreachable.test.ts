import { generateKeyPairSync } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { Secret } from "../../../src/secret.js";
import { listen, type TcpServer } from "./ports.js";
import { collect, ignore, shell, silent, sshHostOf } from "./ssh-fixture.js";

let target: TargetHost;
let host: SshHost;
let runner: SshRunner | undefined;
let server: TcpServer | undefined;

beforeAll(async () => {
  target = await startTargetHost();
  host = await sshHostOf(target);
});
afterAll(() => target.close());
afterEach(async () => {
  await runner?.close();
  await server?.close();
  server = undefined;
});

async function failureOf(changed: Partial<SshHost>): Promise<unknown> {
  runner = createSshRunner({ hosts: { web: { ...host, ...changed } }, logger: silent });
  return runner.run("web", shell("true"), ignore).catch((error: unknown) => error);
}

function strangeKey(): string {
  const options = { modulusLength: 2048 };
  return generateKeyPairSync("rsa", options).privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

describe("a host that cannot be reached", () => {
  it("refuses connections", async () => {
    expect(await failureOf({ port: await claimPort() })).toMatchObject({ host: "web", code: "refused" });
  });

  it("has no address", async () => {
    expect(await failureOf({ address: "no-such-host.invalid" })).toMatchObject({ host: "web", code: "dns" });
  });

  it("is not configured", async () => {
    runner = createSshRunner({ hosts: { web: host }, logger: silent });

    for (const name of ["db", "toString", "__proto__"]) {
      await expect(runner.run(name, shell("true"), ignore)).rejects.toMatchObject({
        host: name,
        code: "dns",
      });
    }
  });

  it("does not know the key", async () => {
    expect(await failureOf({ privateKey: new Secret(strangeKey()) })).toMatchObject({ code: "auth" });
  });

  it("does not know the user", async () => {
    expect(await failureOf({ user: "no-such-user" })).toMatchObject({ code: "auth" });
  });

  it("speaks another protocol", async () => {
    server = await listen((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));

    expect(await failureOf({ port: server.port })).toMatchObject({ code: "protocol" });
  });

  it("hangs up at once", async () => {
    server = await listen((socket) => socket.end());

    expect(await failureOf({ port: server.port })).toMatchObject({ code: "protocol" });
  });

  it("says nothing until the deadline", async () => {
    server = await listen(() => undefined);
    const hosts = { web: { ...host, port: server.port } };
    runner = createSshRunner({ hosts, logger: silent, connectSeconds: 0.1 });

    await expect(runner.run("web", shell("true"), ignore)).rejects.toMatchObject({ code: "timeout" });
  });

  it("is given up at once when the runner is closed", async () => {
    server = await listen(() => void runner?.close());

    expect(await failureOf({ port: server.port })).toMatchObject({ code: "protocol" });
  });

  it("does not hold up a caller that aborts", async () => {
    const abort = new AbortController();
    server = await listen(() => abort.abort());
    runner = createSshRunner({ hosts: { web: { ...host, port: server.port } }, logger: silent });

    expect(await runner.run("web", shell("true"), ignore, abort.signal)).toMatchObject({ kind: "lost" });
  });

  it("is asked once for commands at the same time, and again for the next", async () => {
    let connections = 0;
    server = await listen((socket) => {
      connections += 1;
      socket.end();
    });
    const ssh = createSshRunner({ hosts: { web: { ...host, port: server.port } }, logger: silent });
    runner = ssh;
    const three = () => Promise.allSettled([1, 2, 3].map(() => ssh.run("web", shell("true"), ignore)));

    await three();
    expect(connections).toBe(1);
    await three();
    expect(connections).toBe(2);
  });

  it("is reached as soon as it is back", async () => {
    const ssh = createSshRunner({ hosts: { web: host }, logger: silent });
    runner = ssh;
    await target.stop();
    await expect(ssh.run("web", shell("true"), ignore)).rejects.toBeInstanceOf(HostUnreachableError);

    await target.start();

    expect((await collect(ssh, "web", shell("exit 3"))).outcome).toEqual({ kind: "exited", code: 3 });
  });
});

describe("a private key that cannot be used", () => {
  const encrypted = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
    type: "pkcs1",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: "open sesame",
  });

  it.each([
    ["no key at all", { privateKey: new Secret("not a key, but very secret") }],
    ["an empty one", { privateKey: new Secret("") }],
    ["without its passphrase", { privateKey: new Secret(encrypted.toString()) }],
    [
      "with a wrong passphrase",
      { privateKey: new Secret(encrypted.toString()), passphrase: new Secret("open says me") },
    ],
  ])("is a failed sign-in: %s", async (_, changed) => {
    const failure = await failureOf(changed);

    expect(failure).toMatchObject({ host: "web", code: "auth" });
    expect(String(failure)).not.toMatch(/very secret|says me|BEGIN/);
  });
});
