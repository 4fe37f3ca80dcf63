import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { collect, ignore, printed, shell, silent, sshHostOf } from "./ssh-fixture.js";

let bastionHost: TargetHost;
let innerHost: TargetHost;
let bastion: SshHost;
let inner: SshHost;
let runner: SshRunner | undefined;

beforeAll(async () => {
  [bastionHost, innerHost] = await Promise.all([
    startTargetHost({ name: "bastion" }),
    startTargetHost({ name: "inner" }),
  ]);
  bastion = await sshHostOf(bastionHost);
  inner = { ...(await sshHostOf(innerHost)), jump: "bastion" };
});
afterAll(() => Promise.all([bastionHost.close(), innerHost.close()]));
afterEach(() => runner?.close());

function start(hosts: Readonly<Record<string, SshHost>>, idleSeconds?: number): SshRunner {
  runner = createSshRunner({ hosts, logger: silent, ...(idleSeconds !== undefined && { idleSeconds }) });
  return runner;
}

const WRONG_KEYS = [{ kind: "fingerprint", sha256: "SHA256:somethingElse" }] as const;

describe("a host behind a jump host", () => {
  it("is reached through it", async () => {
    const { output } = await collect(
      start({ bastion, inner }),
      "inner",
      shell("pwd; exit 0", { directory: innerHost.home }),
    );

    expect(output).toBe(`${innerHost.home}\n`);
    expect(bastionHost.openConnections()).toBe(1);
  });

  it("runs many commands at once over one connection to each", async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const ssh = start({ bastion, inner });

    const results = await Promise.all(numbers.map((n) => collect(ssh, "inner", shell(`exit ${n}`))));

    expect(results.map(({ outcome }) => outcome)).toEqual(numbers.map((code) => ({ kind: "exited", code })));
    expect([bastionHost.openConnections(), innerHost.openConnections()]).toEqual([1, 1]);
  });

  it("keeps its jump host connected for longer than the idle time while it works", async () => {
    const { outcome } = await collect(start({ bastion, inner }, 0.05), "inner", shell("sleep 0.4; exit 4"));

    expect(outcome).toEqual({ kind: "exited", code: 4 });
  });

  it("lets its jump host go when it is idle itself", async () => {
    await collect(start({ bastion, inner }, 0.05), "inner", shell("true"));

    await expect.poll(() => [innerHost.openConnections(), bastionHost.openConnections()]).toEqual([0, 0]);
  });

  it("loses its command when the jump host is cut, and is reached again afterwards", async () => {
    const ssh = start({ bastion, inner });
    const started = printed("started");
    const running = ssh.run("inner", shell("echo started; exec sleep 5"), started.onOutput);
    await started.seen;

    await bastionHost.cutConnections();

    expect(await running).toMatchObject({ kind: "lost" });
    expect((await collect(ssh, "inner", shell("exit 4"))).outcome).toEqual({ kind: "exited", code: 4 });
  });

  it("has its own host key checked", async () => {
    const running = start({ bastion, inner: { ...inner, hostKeys: WRONG_KEYS } }).run(
      "inner",
      shell("true"),
      ignore,
    );

    await expect(running).rejects.toMatchObject({
      host: "inner",
      code: "host-key",
      seenFingerprint: innerHost.hostKeyFingerprint,
    });
  });

  it("is not reached when the jump host's key is not pinned", async () => {
    const running = start({ bastion: { ...bastion, hostKeys: WRONG_KEYS }, inner }).run(
      "inner",
      shell("true"),
      ignore,
    );

    await expect(running).rejects.toMatchObject({
      host: "inner",
      code: "jump",
      cause: { host: "bastion", code: "host-key", seenFingerprint: bastionHost.hostKeyFingerprint },
    });
  });

  it("that refuses connections is told apart from a jump host that does", async () => {
    const port = await claimPort();

    await expect(
      start({ bastion, inner: { ...inner, port } }).run("inner", shell("true"), ignore),
    ).rejects.toMatchObject({ host: "inner", code: "refused" });
    await expect(
      start({ bastion: { ...bastion, port }, inner }).run("inner", shell("true"), ignore),
    ).rejects.toMatchObject({ host: "inner", code: "jump", cause: { host: "bastion", code: "refused" } });
  });

  it.each([
    ["is not configured", () => ({ inner })],
    ["leads back to itself", () => ({ inner, bastion: { ...bastion, jump: "inner" } })],
  ])("is a mistake when its jump host %s", (_, hosts) => {
    expect(() => createSshRunner({ hosts: hosts(), logger: silent })).toThrow(TypeError);
  });
});
