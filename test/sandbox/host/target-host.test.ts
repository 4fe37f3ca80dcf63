import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findProgram } from "../../../sandbox/host/find-program.js";
import { poll } from "../../../sandbox/host/poll.js";
import { childrenOf, isAlive, processesMarked } from "../../../sandbox/host/processes.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { makeAppRepository } from "./app-repository.js";
import { ssh } from "./ssh.js";

const deadlineMs = 5_000;

/** An ssh client whose remote command prints its process id and then waits. */
async function openSession(host: TargetHost) {
  const [client = "ssh", ...args] = host.sshArguments;
  const session = spawn(client, [...args, "echo $$; exec sleep 600"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [firstLine] = await once(session.stdout.setEncoding("utf8"), "data");
  return { ended: once(session, "exit"), remotePid: Number(firstLine) };
}

describe("a target host", () => {
  let host: TargetHost;
  beforeAll(async () => {
    host = await startTargetHost({ name: "uat" });
  });
  afterAll(async () => {
    await host.close();
  });

  it("runs a command for a client that checks its key against known_hosts", async () => {
    expect(await ssh(host, "echo from the host")).toBe("from the host");
  });

  it("gives sessions a home of their own", async () => {
    expect(await ssh(host, "printenv HOME")).toBe(host.home);
  });

  it("finds git and node without the account's own settings", async () => {
    expect(await ssh(host, "git --version && node --version")).toMatch(/^git version .*\nv\d+/);
  });

  it("names its key by the fingerprint that ssh-keygen prints", () => {
    const printed = execFileSync(findProgram("ssh-keygen"), ["-lf", host.knownHostsPath], {
      encoding: "utf8",
    });

    expect(printed.split(" ")[1]).toBe(host.hostKeyFingerprint);
  });

  it("lets nobody in by any other way than a key", async () => {
    const refused = ssh(host, "true", "-o", "PubkeyAuthentication=no");

    await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining("denied (publickey).") });
  });

  it("keeps its folder to its owner", () => {
    expect(execFileSync("stat", ["-c", "%a", host.directory], { encoding: "utf8" }).trim()).toBe("700");
  });
});

describe("a target host's connections", () => {
  let host: TargetHost;
  beforeAll(async () => {
    host = await startTargetHost();
  });
  afterAll(async () => {
    await host.close();
  });

  it("are counted while they are open", async () => {
    const session = await openSession(host);

    const open = host.openConnections();

    await host.cutConnections();
    await session.ended;
    expect(open).toBe(1);
  });

  it("end with an error at the client when they are cut", async () => {
    const session = await openSession(host);

    await host.cutConnections();

    expect(await session.ended).toEqual([255, null]);
  });

  it("are accepted again after a cut", async () => {
    await host.cutConnections();

    expect(await ssh(host, "echo again")).toBe("again");
  });

  it("leave the remote command running when they are cut, as on a real host", async () => {
    const session = await openSession(host);

    await host.cutConnections();

    expect(isAlive(session.remotePid)).toBe(true);
  });

  it("are cut and refused once the host is stopped", async () => {
    const session = await openSession(host);

    await host.stop();

    await session.ended;
    await expect(ssh(host, "true")).rejects.toMatchObject({ code: 255 });
    await host.start();
  });

  it("are accepted on the same port after a stop and a start", async () => {
    const { port } = host;
    await host.stop();

    await host.start();

    expect(await ssh(host, "echo $SSH_CONNECTION")).toMatch(new RegExp(` ${port}$`));
  });
});

describe("closing a target host", () => {
  it("ends the apps, the commands that outlived their connection, and sshd", async () => {
    const repository = makeAppRepository({ name: "shop" });
    onTestFinished(() => repository.remove());
    const childrenBefore = childrenOf(process.pid);
    const host = await startTargetHost();
    await host.addApp("shop", repository.url);
    await openSession(host);
    await ssh(host, "setsid sleep 600 >/dev/null 2>&1 </dev/null &");

    await host.close();

    const left = processesMarked("SLIPWAY_SANDBOX_HOST", host.directory);
    const sshClientsEnded = () => childrenOf(process.pid).every((pid) => childrenBefore.includes(pid));
    expect(left).toEqual([]);
    expect(await poll(sshClientsEnded, deadlineMs)).toBe(true);
  });

  it("removes the folder", async () => {
    const host = await startTargetHost();

    await host.close();

    expect(existsSync(host.directory)).toBe(false);
  });

  it("works for a stopped host", async () => {
    const host = await startTargetHost();
    await host.stop();

    await host.close();

    expect(existsSync(host.directory)).toBe(false);
  });
});
