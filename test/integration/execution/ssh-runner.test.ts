import { existsSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import { startTcpLink } from "../../../sandbox/host/tcp-link.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import type { SshHost } from "../../../src/execution/ssh/ssh-host.js";
import { collect, ignore, printed, shell, silent, sshHostOf } from "./ssh-fixture.js";

let target: TargetHost;
let host: SshHost;
let runner: SshRunner;

beforeAll(async () => {
  target = await startTargetHost();
  host = await sshHostOf(target);
});
afterAll(() => target.close());
beforeEach(() => {
  runner = createSshRunner({ hosts: { web: host }, logger: silent });
});
afterEach(() => runner.close());

const logins = () => target.sshdLog().match(/Accepted publickey/g)?.length ?? 0;

describe("a session that does not start", () => {
  it("because its link carries nothing any more is tried over another one", async () => {
    const link = await startTcpLink(host.port);
    const linked = createSshRunner({ hosts: { web: { ...host, port: link.port } }, logger: silent });
    try {
      await collect(linked, "web", shell("true"));
      link.blackHole();
      link.heal();

      const { outcome } = await collect(linked, "web", shell("exit 7"));

      expect(outcome).toEqual({ kind: "exited", code: 7 });
    } finally {
      await linked.close();
      await link.close();
    }
  });
});

describe("a command", () => {
  it.each([0, 1, 42, 255])("that ends with code %i has exited with it", async (code) => {
    const { outcome } = await collect(runner, "web", shell(`exit ${code}`));

    expect(outcome).toEqual({ kind: "exited", code });
  });

  it("that a signal ends exits with the code that shells give for that, and prints nothing about it", async () => {
    const { outcome, output } = await collect(runner, "web", shell("echo last words; kill -KILL $$"));

    expect(outcome).toEqual({ kind: "exited", code: 137 });
    expect(output).toBe("last words\n");
  });

  it("that ends the shell around it, too, was killed", async () => {
    const { outcome } = await collect(runner, "web", shell("kill -KILL 0"));

    expect(outcome).toEqual({ kind: "killed", signal: "SIGKILL" });
  });

  it("cannot report another exit code than its own", async () => {
    // The mark would have to be in its arguments, its environment or those of the processes above it.
    const script = String.raw`p=$$; while [ "$p" -gt 1 ]; do
      for file in cmdline environ; do tr '\0' '\n' <"/proc/$p/$file"; tr '\0' '\n' <"/proc/$p/$file" >&2; done
      p=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$p/stat")
    done; set; exit 9`;

    const { outcome, output } = await collect(runner, "web", shell(script));

    expect(outcome).toEqual({ kind: "exited", code: 9 });
    expect(output).toContain("slipway_mark");
    expect(output).not.toMatch(/slipway-[0-9a-f]{32}/);
  });

  it("that does not exist exits with the shell's code", async () => {
    const { outcome, output } = await collect(runner, "web", {
      argv: ["no-such-program"],
      timeoutSeconds: 10,
    });

    expect(outcome).toEqual({ kind: "exited", code: 127 });
    expect(output).toContain("no-such-program");
  });

  it("runs in its directory", async () => {
    const directory = await mkdtemp(path.join(target.directory, "it's a $(place) "));

    const { output } = await collect(runner, "web", { argv: ["pwd", "-P"], directory, timeoutSeconds: 10 });

    expect(output).toBe(`${await realpath(directory)}\n`);
  });

  it("does not run anywhere when its directory is missing", async () => {
    const { outcome, output } = await collect(
      runner,
      "web",
      shell("echo it ran", { directory: "/no/such/place" }),
    );

    expect(outcome).toMatchObject({ kind: "exited", code: expect.toSatisfy((code: number) => code !== 0) });
    expect(output).not.toContain("it ran\n");
  });

  it("gets its arguments and environment as they are", async () => {
    const hostile = "$(touch x) `id` 'a' \"b\" ; \\ \n é👍";
    const command = {
      argv: ["sh", "-c", 'printf "%s|%s" "$1" "$VALUE"', "sh", hostile],
      environment: { VALUE: hostile },
      timeoutSeconds: 10,
    } as const;

    const { output } = await collect(runner, "web", command);

    expect(output).toBe(`${hostile}|${hostile}`);
  });

  it("reads an empty standard input", async () => {
    const { outcome } = await collect(runner, "web", { argv: ["cat"], timeoutSeconds: 10 });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("that leaves a process behind with its output open is over all the same", async () => {
    const script = "sleep 60 & echo $!; exit 3";

    const { outcome, output } = await collect(runner, "web", shell(script));
    await collect(runner, "web", { argv: ["kill", output.trim()], timeoutSeconds: 10 });

    expect(outcome).toEqual({ kind: "exited", code: 3 });
  });
});

describe("output", () => {
  it("comes from both streams, in order, while the command runs", async () => {
    const ready = printed("err");
    let over = false;
    const running = runner
      .run(
        "web",
        shell("echo out; echo err >&2; until [ -e go ]; do sleep 0.01; done; echo end", {
          directory: target.home,
        }),
        ready.onOutput,
      )
      .finally(() => {
        over = true;
      });

    await ready.seen;
    expect(over).toBe(false);
    await collect(runner, "web", { argv: ["touch", "go"], directory: target.home, timeoutSeconds: 10 });

    expect(await running).toEqual({ kind: "exited", code: 0 });
  });

  it("is whole where a chunk ends inside a character", async () => {
    // 👍 is four bytes; printf writes them two by two, with a pause in between.
    const script =
      "printf '\\360\\237'; sleep 0.1; printf '\\221\\215'; printf '\\303' >&2; sleep 0.1; printf '\\251' >&2";

    const { pieces } = await collect(runner, "web", shell(script));

    expect(pieces).toEqual(["👍", "é"]);
  });

  it("that is not UTF-8 is shown with replacement characters to the last byte", async () => {
    const { output } = await collect(runner, "web", shell("printf 'a\\377b\\360\\237'"));

    expect(output).toBe("a\ufffdb\ufffd");
  });

  it("is complete, however much there is of it", async () => {
    const { outcome, output } = await collect(runner, "web", shell("yes 0123456789abcde | head -c 8000000"));

    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(output.length).toBe(8_000_000);
  });

  it("does not endanger a command when its consumer fails", async () => {
    const outcome = await runner.run("web", shell("echo a; echo b; exit 5"), () => {
      throw new Error("the disk is full");
    });

    expect(outcome).toEqual({ kind: "exited", code: 5 });
  });
});

describe("one host", () => {
  it("runs 20 commands at once over one connection", async () => {
    const before = logins();
    const numbers = Array.from({ length: 20 }, (_, index) => index);

    const results = await Promise.all(
      numbers.map((n) => collect(runner, "web", shell(`sleep 0.05; echo ${n}; exit ${n}`))),
    );

    expect(results.map(({ output }) => output)).toEqual(numbers.map((n) => `${n}\n`));
    expect(results.map(({ outcome }) => outcome)).toEqual(numbers.map((code) => ({ kind: "exited", code })));
    expect(logins() - before).toBe(1);
  });

  it("gets a new connection when its sessions are held by commands that were given up", async () => {
    const script = "echo $$; exec sleep 60";
    const pids: string[] = [];
    const given = Array.from({ length: 12 }, async () => {
      const { outcome, output } = await collect(runner, "web", shell(script, { timeoutSeconds: 0.5 }));
      pids.push(output.trim());
      return outcome.kind;
    });
    // A command waits for a session no longer than it may take itself: the last ones may not have been sent.
    const settled = await Promise.allSettled(given);
    const kinds = settled.map((each) => (each.status === "fulfilled" ? each.value : each.reason));
    expect(kinds).toContain("timed-out");
    expect(kinds.filter((kind) => kind !== "timed-out" && !(kind instanceof HostUnreachableError))).toEqual(
      [],
    );

    const { outcome } = await collect(runner, "web", {
      argv: ["kill", ...requireOne(pids)],
      timeoutSeconds: 10,
    });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("is connected to once more after the connection was cut", async () => {
    await collect(runner, "web", shell("true"));
    await target.cutConnections();

    const { outcome } = await collect(runner, "web", shell("exit 7"));

    expect(outcome).toEqual({ kind: "exited", code: 7 });
  });

  it("is left alone once nobody has used it for a while", async () => {
    const brief = createSshRunner({ hosts: { web: host }, logger: silent, idleSeconds: 0.05 });
    await collect(brief, "web", shell("true"));

    await expect.poll(() => target.openConnections()).toBe(0);

    expect((await collect(brief, "web", shell("exit 4"))).outcome).toEqual({ kind: "exited", code: 4 });
    await brief.close();
  });

  it("stays connected while a command takes longer than the idle time", async () => {
    const brief = createSshRunner({ hosts: { web: host }, logger: silent, idleSeconds: 0.05 });

    const { outcome } = await collect(brief, "web", shell("sleep 0.4; exit 4"));

    expect(outcome).toEqual({ kind: "exited", code: 4 });
    await brief.close();
  });
});

describe("a command without an outcome", () => {
  it("is lost when its connection is cut", async () => {
    const started = printed("started");
    const running = runner.run("web", shell("echo started; exec sleep 5"), started.onOutput);
    await started.seen;

    await target.cutConnections();

    expect(await running).toMatchObject({ kind: "lost" });
  });

  it("times out, and can print no more", async () => {
    const mark = path.join(target.home, "could-print-no-more");
    // Ignoring SIGPIPE makes echo fail instead of killing the shell.
    const script = `trap "" PIPE; while echo working; do sleep 0.01; done; touch "${mark}"`;

    const { outcome } = await collect(runner, "web", shell(script, { timeoutSeconds: 0.3 }));

    expect(outcome).toEqual({ kind: "timed-out", afterSeconds: 0.3 });
    await expect.poll(() => existsSync(mark)).toBe(true);
  });

  it("is not timed out at once by a time-out that no timer can hold", async () => {
    const { outcome } = await collect(runner, "web", shell("exit 6", { timeoutSeconds: 10_000_000 }));

    expect(outcome).toEqual({ kind: "exited", code: 6 });
  });

  it("is lost when its caller aborts it", async () => {
    const abort = new AbortController();
    const started = printed("started");
    const running = runner.run("web", shell("echo started; exec sleep 5"), started.onOutput, abort.signal);
    await started.seen;

    abort.abort();

    expect(await running).toEqual({ kind: "lost", reason: "aborted" });
  });

  it("is never sent when its caller has aborted it before", async () => {
    const mark = path.join(target.home, "aborted-before");

    const outcome = await runner.run(
      "web",
      { argv: ["touch", mark], timeoutSeconds: 5 },
      ignore,
      AbortSignal.abort(),
    );

    expect(outcome).toMatchObject({ kind: "lost" });
    expect((await collect(runner, "web", { argv: ["ls", mark], timeoutSeconds: 5 })).outcome).not.toEqual({
      kind: "exited",
      code: 0,
    });
  });

  it("is lost when the runner is closed, and no connection is left", async () => {
    const started = printed("started");
    const running = runner.run("web", shell("echo started; exec sleep 5"), started.onOutput);
    await started.seen;

    await runner.close();

    expect(await running).toMatchObject({ kind: "lost" });
    await expect.poll(() => target.openConnections()).toBe(0);
    await expect(runner.run("web", shell("true"), ignore)).rejects.toMatchObject({ code: "protocol" });
  });
});

function requireOne(values: readonly string[]): readonly [string, ...string[]] {
  const [first, ...rest] = values;
  if (first === undefined) throw new Error("no value");
  return [first, ...rest];
}
