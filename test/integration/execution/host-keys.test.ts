import { createHmac, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { createSshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { PinnedHostKey, SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { ignore, recordingLogger, shell, sshHostOf } from "./ssh-fixture.js";

const OTHER_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIE5vdCBhIHJlYWwga2V5LCBidXQgMzIgYnl0ZXMu";

let target: TargetHost;
let host: SshHost;
let directory: string;
/** `ssh-ed25519 AAAA…` of the target. */
let publicKey: string;
let name: string;

beforeAll(async () => {
  target = await startTargetHost();
  host = await sshHostOf(target);
  directory = await mkdtemp(path.join(tmpdir(), "slipway-known-hosts-"));
  publicKey = (await readFile(target.knownHostsPath, "utf8")).trim().split(" ").slice(1, 3).join(" ");
  name = `[${target.address}]:${target.port}`;
});
afterAll(async () => {
  await target.close();
  await rm(directory, { recursive: true, force: true });
});

async function knownHosts(...lines: string[]): Promise<PinnedHostKey> {
  const file = path.join(directory, randomBytes(6).toString("hex"));
  await writeFile(file, `${lines.join("\n")}\n`);
  return { kind: "known-hosts", file };
}

function hashed(hostName: string): string {
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(hostName).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

/** `accepted`, or the error; with what was logged. */
async function connectWith(...hostKeys: PinnedHostKey[]) {
  const { logger, lines } = recordingLogger();
  const runner = createSshRunner({ hosts: { web: { ...host, hostKeys } }, logger });
  try {
    await runner.run("web", shell("true"), ignore);
    return { result: "accepted", log: lines.join("") } as const;
  } catch (error) {
    return { result: error, log: lines.join("") } as const;
  } finally {
    await runner.close();
  }
}

function refusal(pinned: readonly string[]) {
  return {
    code: "host-key",
    host: "web",
    seenFingerprint: target.hostKeyFingerprint,
    pinnedFingerprints: pinned,
  };
}

describe("a host key", () => {
  it("is accepted by its fingerprint", async () => {
    expect((await connectWith({ kind: "fingerprint", sha256: target.hostKeyFingerprint })).result).toBe(
      "accepted",
    );
  });

  it("that nobody pinned is refused with the fingerprint that was seen", async () => {
    const { result } = await connectWith({ kind: "fingerprint", sha256: "SHA256:somethingElse" });

    expect(result).toBeInstanceOf(HostUnreachableError);
    expect(result).toMatchObject(refusal(["SHA256:somethingElse"]));
    expect(String(result)).toContain(target.hostKeyFingerprint);
  });

  it("is refused where nothing is pinned", async () => {
    expect((await connectWith()).result).toMatchObject(refusal([]));
  });

  it("is accepted when one of several pins knows it", async () => {
    const stranger = { kind: "fingerprint", sha256: "SHA256:somethingElse" } as const;

    expect((await connectWith(stranger, await knownHosts(`${name} ${publicKey}`))).result).toBe("accepted");
  });

  it.each([
    ["its name", () => name],
    ["a list of names", () => `other.example,${name}`],
    ["a hash", () => hashed(name)],
    ["a pattern", () => "[127.0.0.*]:*"],
  ])("is accepted by %s in known_hosts", async (_, hosts) => {
    const pins = await knownHosts("# comment", `${hosts()} ${publicKey} a comment`);

    expect((await connectWith(pins)).result).toBe("accepted");
  });

  it.each([
    ["another name", () => "[127.0.0.1]:1"],
    ["the hash of another name", () => hashed("[127.0.0.1]:1")],
    ["the name without the port", () => "127.0.0.1"],
    ["a pattern that leaves it out", () => `*,!${name}`],
  ])("is refused by %s in known_hosts", async (_, hosts) => {
    expect((await connectWith(await knownHosts(`${hosts()} ${publicKey}`))).result).toMatchObject(
      refusal([]),
    );
  });

  it("that changed is refused, and the one from before is named", async () => {
    const { result } = await connectWith(await knownHosts(`${name} ssh-ed25519 ${OTHER_KEY}`));

    expect(result).toMatchObject(refusal([expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/)]));
  });

  it("that is revoked is refused although its fingerprint is pinned", async () => {
    const pinned = { kind: "fingerprint", sha256: target.hostKeyFingerprint } as const;

    const { result } = await connectWith(pinned, await knownHosts(`@revoked * ${publicKey}`));

    expect(result).toMatchObject(refusal([target.hostKeyFingerprint]));
    expect(String(result)).toContain("revoked");
  });

  it("is not accepted from a certificate authority's line, and the log says so", async () => {
    const { result, log } = await connectWith(await knownHosts(`@cert-authority * ${publicKey}`));

    expect(result).toMatchObject(refusal([]));
    expect(log).toContain("@cert-authority");
  });

  it("is refused with its fingerprint when the known_hosts file is missing, and the log says so", async () => {
    const { result, log } = await connectWith({ kind: "known-hosts", file: path.join(directory, "missing") });

    expect(result).toMatchObject(refusal([]));
    expect(log).toContain("missing");
  });
});
