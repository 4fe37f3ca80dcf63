import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { Probe } from "../../../src/health/create-prober.js";
import { Secret } from "../../../src/secret.js";
import { collect, shell, silent, sshHostOf } from "../execution/ssh-fixture.js";
import { checkOn, healthy, proberWith, unhealthy } from "./health-fixture.js";

let target: TargetHost;
let runner: SshRunner;
let probe: Probe;

beforeAll(async () => {
  target = await startTargetHost();
  const web = await sshHostOf(target);
  const gone = { ...web, port: await claimPort() };
  const stranger = {
    ...web,
    hostKeys: [{ kind: "fingerprint", sha256: `SHA256:${"A".repeat(43)}` } as const],
  };
  runner = createSshRunner({ hosts: { web, gone, stranger }, logger: silent });
  probe = proberWith({ runner, known: [new Secret("hunter2hunter2")] });
});
afterAll(async () => {
  await runner.close();
  await target.close();
});

const run = (host: string, ...words: readonly string[]) => checkOn(host, { type: "command", run: words });

describe("a command probe", () => {
  it("is content with exit code 0", async () => {
    expect(await probe(run("web", "true"))).toEqual(healthy);
  });

  it("tells another exit code, and what was printed", async () => {
    const answer = await probe(run("web", "sh", "-c", "echo broken >&2; exit 3"));

    expect(answer).toMatchObject({ reason: { code: "exited", exitCode: 3 }, output: "broken\n" });
  });

  it("tells of a program that is not there", async () => {
    expect(await probe(run("web", "no-such-program"))).toMatchObject({
      reason: { code: "exited", exitCode: 127 },
    });
  });

  it("runs in its directory", async () => {
    const directory = join(target.directory, "a place");
    await mkdir(directory);

    const check = checkOn("web", { type: "command", run: ["pwd", "-P"], directory, contains: "/a place\n" });

    expect(await probe(check)).toEqual(healthy);
  });

  it("misses a text that is not printed", async () => {
    const check = checkOn("web", { type: "command", run: ["echo", "ok"], contains: "fine" });

    expect(await probe(check)).toMatchObject({ reason: { code: "text-missing", expected: "fine" } });
  });

  it("gives the last line that was printed as the reason", async () => {
    const script = "echo first; echo 'why it failed' >&2; echo; exit 3";

    expect(await probe(run("web", "sh", "-c", script))).toMatchObject({
      reason: { code: "exited", exitCode: 3, said: "why it failed" },
    });
    expect(await probe(run("web", "sh", "-c", "echo why; kill -KILL $$"))).toMatchObject({
      reason: { said: "why" },
    });
  });

  it("has a reason without words where nothing was printed", async () => {
    expect(await probe(run("web", "false"))).toEqual(unhealthy({ code: "exited", exitCode: 1 }));
  });

  it("keeps no more than 200 characters of a long line", async () => {
    const answer = await probe(run("web", "sh", "-c", "printf 'é%.0s' $(seq 900); false"));

    expect(answer).toMatchObject({ reason: { said: "é".repeat(200) } });
  });

  it("hides secrets in what was printed", async () => {
    const answer = await probe(run("web", "sh", "-c", "echo a hunter2hunter2 b; false"));

    expect(answer).toMatchObject({ reason: { said: "a [redacted] b" }, output: "a [redacted] b\n" });
  });

  it("keeps little of what is printed without end", async () => {
    const answer = await probe({ ...run("web", "yes"), timeout: 3 });

    expect(answer).toEqual(unhealthy({ code: "timed-out", seconds: 3 }));
  });

  it("is ended on the host when nobody waits for it any more", async () => {
    const pid = join(target.directory, "pid");
    const check = { ...run("web", "sh", "-c", 'echo $$ > "$0"; exec sleep 300', pid), timeout: 3 };

    const answer = await probe(check);

    const waiting = `pid=$(cat "${pid}") && while kill -0 "$pid"; do sleep 0.05; done`;
    const { outcome } = await collect(runner, "web", shell(waiting));
    expect(answer).toEqual(unhealthy({ code: "timed-out", seconds: 3 }));
    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it.each([
    ["does not listen", "gone", "refused"],
    ["shows an unknown key", "stranger", "host-key"],
  ])("tells that the host %s", async (_what, host, reason) => {
    expect(await probe(run(host, "true"))).toEqual(unhealthy({ code: "host-unreachable", host, reason }));
  });

  it("ends with the reason of its caller", async () => {
    const caller = new AbortController();
    const probing = probe(run("web", "sleep", "30"), caller.signal);
    caller.abort(new Error("enough"));

    await expect(probing).rejects.toThrow("enough");
  });
});

describe("a disk probe", () => {
  const disk = (path: string, minimumFree: string) => checkOn("web", { type: "disk", path, minimumFree });

  it("is content with enough room", async () => {
    expect(await probe(disk("/", "1MB"))).toEqual(healthy);
  });

  it("tells how much room there is where it is too little", async () => {
    const answer = await probe(disk("/", "999999TB"));

    expect(answer).toMatchObject({
      reason: { code: "disk-low", path: "/", free: expect.any(Number), minimum: 999_999 * 1024 ** 2 },
    });
  });

  it("tells of a path that is not there", async () => {
    const answer = await probe(disk("/no/such/path", "1%"));

    expect(answer).toMatchObject({ reason: { code: "exited", exitCode: 1 } });
  });
});

describe("a Compose probe", () => {
  it("tells that Docker does not answer", async () => {
    // Whether Docker is missing or just has no daemon to talk to: the command ends with a code of its own.
    const check = checkOn("web", { type: "compose", project: "no-such-project" });

    const answer = await probe(check);

    expect(answer).toMatchObject({
      kind: "unhealthy",
      reason: { code: expect.stringMatching(/exited|containers/) },
    });
  });

  it("tells that the directory is missing", async () => {
    const check = checkOn("web", { type: "compose", directory: "/no/such/directory" });

    expect(await probe(check)).toMatchObject({
      reason: { code: "exited", said: expect.stringContaining("/no/such/directory") },
    });
  });
});
