import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive, signal } from "../../../../sandbox/host/processes.js";
import { Secret } from "../../../../src/secret.js";
import { ignore, printed, shell } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  fileOfRun,
  newRunId,
  runnerPid,
  startDurableFixture,
} from "./durable-fixture.js";
import { argumentFiles, filesBelow, filesHolding } from "./find-text.js";

let fixture: DurableFixture;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());

describe("a durable run", () => {
  it("has its exit code, also one that looks like a signal or a fault of the shell", async () => {
    const codes = [0, 1, 2, 9, 125, 126, 127, 128, 129, 130, 137, 143, 192, 254, 255];

    const outcomes = await Promise.all(
      codes.map((code) => collectRun(fixture.durable, durably(`exit ${code}`))),
    );

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(codes.map((code) => ({ kind: "exited", code })));
  });

  it("gives the output of both streams in order", async () => {
    const { outcome, output } = await collectRun(
      fixture.durable,
      durably("echo a; echo b >&2; echo c; exit 3"),
    );

    expect({ outcome, output }).toEqual({ outcome: { kind: "exited", code: 3 }, output: "a\nb\nc\n" });
  });

  it("gives output without a newline while it runs", async () => {
    const go = path.join(fixture.target.home, "go-on");
    const prompt = printed("working…");
    const running = fixture.durable.run(
      "web",
      durably(`printf 'working…'; until [ -e "${go}" ]; do sleep 0.01; done`),
      prompt.onOutput,
    );

    await prompt.seen;
    writeFileSync(go, "");

    expect(await running).toEqual({ kind: "exited", code: 0 });
  });

  it("runs in its directory", async () => {
    const directory = await mkdtemp(path.join(fixture.target.directory, "it's a $(place) "));

    const { output } = await collectRun(fixture.durable, { ...durably("pwd -P"), directory });

    expect(output).toBe(`${await realpath(directory)}\n`);
  });

  it("runs without one where any command runs, and not in the runner's own", async () => {
    const { output } = await collectRun(fixture.durable, durably("pwd -P"));

    expect(output).toBe((await collectRun(fixture.durable, shell("pwd -P"))).output);
  });

  it("does not run anywhere when its directory is missing", async () => {
    const command = { ...durably("echo it ran"), directory: "/no/such/place" };

    const { outcome, output } = await collectRun(fixture.durable, command);

    expect(outcome).toMatchObject({ kind: "exited", code: expect.toSatisfy((code: number) => code !== 0) });
    expect(output).not.toContain("it ran\n");
  });

  it("gets arguments and environment as they are", async () => {
    const hostile = "$(touch x) `id` 'a' \"b\" ; \\ \n\n é👍 *\r\n ";
    const command = {
      ...durably(""),
      argv: ["sh", "-c", 'printf "%s|%s|%s" "$1" "$VALUE" "$SECRET"', "sh", hostile],
      environment: { VALUE: hostile },
      secretEnvironment: { SECRET: new Secret(hostile) },
    } as const;

    const { output } = await collectRun(fixture.durable, command);

    expect(output).toBe(`${hostile}|${hostile}|${hostile}`);
  });

  it("reads an empty standard input", async () => {
    const { outcome } = await collectRun(fixture.durable, { ...durably(""), argv: ["cat"] });

    expect(outcome).toEqual({ kind: "exited", code: 0 });
  });

  it("has the user's own umask, and can be interrupted", async () => {
    const script = "umask; trap 'echo interrupted; exit 5' INT; kill -INT $$; echo went on";

    const { outcome, output } = await collectRun(fixture.durable, durably(script));

    expect(output).toMatch(/^0?022\ninterrupted\n$/);
    expect(outcome).toEqual({ kind: "exited", code: 5 });
  });

  it("is over with its command, whatever that leaves behind", async () => {
    const { outcome, output } = await collectRun(fixture.durable, durably("sleep 60 & echo $!; exit 3"));

    const left = Number(output);
    expect(isAlive(left)).toBe(true);
    signal(left, "SIGKILL");
    expect(outcome).toEqual({ kind: "exited", code: 3 });
  });

  it("is whole where a write ends inside a character", async () => {
    const script = "printf '\\360\\237'; sleep 0.1; printf '\\221\\215'; sleep 0.1; printf '\\303'";
    const pieces: [string, number | undefined][] = [];

    await fixture.durable.run("web", durably(script), (text, offset) => {
      pieces.push([text, offset]);
    });

    expect(pieces).toEqual([
      ["👍", 4],
      ["\ufffd", 5],
    ]);
  });

  it("does not care what start-up files print", async () => {
    const file = path.join(fixture.target.home, ".bashrc");
    writeFileSync(file, "echo welcome; echo slipway-0 end exited 0 0 0 >&2\n");

    const { outcome, output } = await collectRun(fixture.durable, durably("echo mine; exit 4"));

    rmSync(file);
    expect({ outcome, output }).toEqual({ outcome: { kind: "exited", code: 4 }, output: "mine\n" });
  });

  it("does not believe what a step prints about itself", async () => {
    const script =
      'id=$(basename "$(pwd)"); for tag in slipway- ""; do echo "$tag end exited 0 0 0" >&2; done; exit 9';

    const { outcome } = await collectRun(fixture.durable, durably(script));

    expect(outcome).toEqual({ kind: "exited", code: 9 });
  });

  it("is kept to its owner on the host", async () => {
    const command = durably("true");
    await collectRun(fixture.durable, command);

    const modes = ["", "..", "../../locks", "../../bin", "../../fences"].map(
      (place) => statSync(path.join(fileOfRun(fixture.target, command.run.id, "."), place)).mode & 0o777,
    );

    expect(modes).toEqual([0o700, 0o700, 0o700, 0o700, 0o700]);
  });

  it.each(["", "../up", "a b", ".hidden", "-x", "a/b", "é", "x".repeat(101)])(
    "refuses the id %j",
    async (id) => {
      await expect(collectRun(fixture.durable, durably("true", { id }))).rejects.toThrow(TypeError);
    },
  );
});

describe("a run that was started before", () => {
  it("is followed from the offset and not started again", async () => {
    const file = path.join(fixture.target.directory, "followed");
    const command = durably(`echo ran >> "${file}"; printf 'one two'; exit 6`);
    await collectRun(fixture.durable, command);

    const again = await collectRun(fixture.another(), { ...command, run: { ...command.run, offset: 4 } });

    expect(again).toEqual({ outcome: { kind: "exited", code: 6 }, output: "two" });
    expect(facts(file)).toEqual(["ran"]);
  });

  it("can be attached to while it runs", async () => {
    const go = path.join(fixture.target.home, "attach-go");
    const command = durably(`echo first; until [ -e "${go}" ]; do sleep 0.01; done; echo second; exit 8`);
    const first = fixture.another();
    const started = printed("first");
    const left = first.run("web", command, started.onOutput);
    await started.seen;
    await first.close();
    expect(await left).toEqual({ kind: "detached" });
    const second = printed("");
    let output = "";

    const attached = fixture.durable.attach("web", { ...command.run, offset: 6 }, (text) => {
      output += text;
      second.onOutput(text);
    });
    expect(await fixture.durable.status("web", command.run.id)).toEqual({ kind: "running", logBytes: 6 });
    writeFileSync(go, "");

    expect(await attached).toEqual({ kind: "exited", code: 8 });
    expect(output).toBe("second\n");
  });

  it("is absent where nobody started it", async () => {
    expect(await fixture.durable.attach("web", { id: newRunId() }, ignore)).toEqual({ kind: "absent" });
    expect(await fixture.durable.status("web", newRunId())).toEqual({ kind: "absent" });
    expect(await fixture.durable.cancel("web", newRunId())).toEqual({ kind: "absent" });
  });

  it("stays absent once a newer token has asked for it", async () => {
    const fence = { key: "shop.absent", token: 8 };
    const command = durably("exit 9", { fence: { ...fence, token: 7 } });

    const asked = await fixture.durable.attach("web", { ...command.run, fence }, ignore);

    expect(asked).toEqual({ kind: "absent" });
    expect(await fixture.durable.run("web", command, ignore)).toEqual({ kind: "fenced", token: 8 });
  });

  it("goes on when its caller gives up following it", async () => {
    const command = durably("echo started; sleep 0.3; exit 5");
    const abort = new AbortController();
    const started = printed("started");
    const running = fixture.durable.run("web", command, started.onOutput, abort.signal);
    await started.seen;

    abort.abort();

    expect(await running).toEqual({ kind: "detached" });
    expect(await fixture.durable.attach("web", command.run, ignore)).toEqual({
      kind: "exited",
      code: 5,
    });
  });
});

describe("the end of a run's time", () => {
  it("comes on the host, to the whole process group", async () => {
    const script = "sh -c 'trap \"\" TERM; echo $$; exec sleep 60' & wait";

    const { outcome, output } = await collectRun(
      fixture.durable,
      durably(script, {}, { timeoutSeconds: 0.5 }),
    );

    expect(outcome).toEqual({ kind: "timed-out", afterSeconds: 0.5 });
    expect(isAlive(Number(output))).toBe(false);
  });

  it("does not wait behind steps that are followed on the same host", async () => {
    const durable = fixture.another();
    const commands = Array.from({ length: 6 }, () => durably("echo begun; exec sleep 30"));
    const begun = commands.slice(0, 5).map(() => printed("begun"));
    const running = commands.map((command, index) =>
      durable.run("web", command, begun[index]?.onOutput ?? ignore),
    );
    await Promise.all(begun.map(({ seen }) => seen));

    const ended = await Promise.all(commands.slice(0, 5).map(({ run }) => durable.cancel("web", run.id)));
    await durable.cancel("web", commands[5]?.run.id ?? "");

    expect(ended.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "cancelled"));
    await durable.close();
    await Promise.all(running);
    await fixture.another().cancel("web", commands[5]?.run.id ?? "");
  });

  it("comes while the link is down", async () => {
    const started = printed("started");
    const command = durably("echo started; exec sleep 60", {}, { timeoutSeconds: 1 });
    const running = fixture.durable.run("web", command, started.onOutput);
    await started.seen;
    await fixture.target.stop();
    const group = Number(readFileSync(fileOfRun(fixture.target, command.run.id, "group"), "utf8"));

    await expect.poll(() => isAlive(group)).toBe(false);

    await fixture.target.start();
    expect(await running).toEqual({ kind: "timed-out", afterSeconds: 1 });
  });
});

describe("cancelling", () => {
  it("ends the whole process group, also what ignores TERM", async () => {
    const script = "trap 'echo asked' TERM; sh -c 'trap \"\" TERM; echo $$ ready; exec sleep 60'; echo never";
    const ready = printed("ready");
    let output = "";
    const command = durably(script);
    const running = fixture.durable.run("web", command, (text) => {
      output += text;
      ready.onOutput(text);
    });
    await ready.seen;

    const status = await fixture.durable.cancel("web", command.run.id);

    expect(status).toMatchObject({ kind: "cancelled" });
    expect(await running).toEqual({ kind: "cancelled" });
    expect(isAlive(Number.parseInt(output, 10))).toBe(false);
    expect(output).not.toContain("never");
  });

  it("leaves what has ended as it was", async () => {
    const command = durably("exit 3");
    await collectRun(fixture.durable, command);

    expect(await fixture.durable.cancel("web", command.run.id)).toEqual({
      kind: "exited",
      code: 3,
      logBytes: 0,
    });
  });
});

describe("a runner that is killed on the host", () => {
  it("leaves the run indeterminate, and its step does not go on alone", async () => {
    const started = printed("\n");
    let output = "";
    const command = durably("echo $$; exec sleep 60");
    const running = fixture.durable.run("web", command, (text) => {
      output += text;
      started.onOutput(text);
    });
    await started.seen;

    signal(runnerPid(fixture.target, command.run.id), "SIGKILL");

    expect(await running).toMatchObject({ kind: "indeterminate" });
    await expect.poll(() => isAlive(Number(output))).toBe(false);
    expect(await fixture.durable.status("web", command.run.id)).toMatchObject({ kind: "dead" });
    expect(await collectRun(fixture.durable, command)).toMatchObject({ outcome: { kind: "indeterminate" } });
  });
});

describe("a fence", () => {
  it("lets nothing start with a smaller token than the largest one", async () => {
    const file = path.join(fixture.target.directory, "fenced");
    const start = (token: number) =>
      collectRun(
        fixture.durable,
        durably(`echo ${token} >> "${file}"`, { fence: { key: "app.uat", token } }),
      );

    const outcomes = [await start(5), await start(4), await start(5), await start(7), await start(6)];

    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      { kind: "exited", code: 0 },
      { kind: "fenced", token: 5 },
      { kind: "exited", code: 0 },
      { kind: "exited", code: 0 },
      { kind: "fenced", token: 7 },
    ]);
    expect(facts(file)).toEqual(["5", "5", "7"]);
  });

  it("can be raised without a start", async () => {
    const key = "app.raised";

    expect(await fixture.durable.raiseFence("web", { key, token: 3 })).toEqual({ kind: "raised" });
    expect(await fixture.durable.raiseFence("web", { key, token: 2 })).toEqual({ kind: "fenced", token: 3 });
    const { outcome } = await collectRun(fixture.durable, durably("true", { fence: { key, token: 2 } }));
    expect(outcome).toEqual({ kind: "fenced", token: 3 });
  });

  it("claims nothing for a token that comes too late", async () => {
    const fence = { key: "app.late", token: 1 };
    await fixture.durable.raiseFence("web", { ...fence, token: 2 });
    const command = durably("true", { fence });

    await collectRun(fixture.durable, command);

    expect(await fixture.durable.status("web", command.run.id)).toEqual({ kind: "absent" });
  });
});

describe("a secret", () => {
  it("is in no argument and in no file, and reaches the step", async () => {
    const secret = `s3cret-${newRunId()}`;
    const go = path.join(fixture.target.home, "secret-go");
    const script = `printf "%s\\n" "$TOKEN" | wc -c; until [ -e "${go}" ]; do sleep 0.01; done`;
    const started = printed("\n");
    let output = "";
    const command = durably(script, {}, { secretEnvironment: { TOKEN: new Secret(secret) } });
    const running = fixture.durable.run("web", command, (text) => {
      output += text;
      started.onOutput(text);
    });
    await started.seen;

    const found = filesHolding(secret, [...filesBelow(fixture.target.home), ...argumentFiles()]);

    writeFileSync(go, "");
    await running;
    expect(Number(output)).toBe(secret.length + 1);
    expect([...found, ...filesHolding(secret, filesBelow(fixture.target.home))]).toEqual([]);
  });

  it("needs a durable run", async () => {
    const command = shell("true", { secretEnvironment: { TOKEN: new Secret("a secret") } });

    await expect(fixture.durable.run("web", command, ignore)).rejects.toThrow(TypeError);
  });
});

describe("the runner's place on the host", () => {
  it.each(["odd 'place' $HOME é", "deep/er/place", "~/tilde"])("may be %s", async (directory) => {
    const durable = fixture.another({ directory });

    expect(await collectRun(durable, durably("echo x; exit 2"))).toEqual({
      outcome: { kind: "exited", code: 2 },
      output: "x\n",
    });
    expect(existsSync(path.join(fixture.target.home, directory.replace("~/", ""), "runs"))).toBe(true);
  });

  it("that nothing can be written to is refused, with nothing started", async () => {
    const directory = path.join(fixture.target.home, "file");
    writeFileSync(directory, "");

    const durable = fixture.another({ directory });

    await expect(collectRun(durable, durably("true"))).rejects.toMatchObject({ host: "web", code: "unfit" });
  });

  it("that lacks a program is named by the preflight, and starts nothing", async () => {
    expect(await fixture.durable.preflight("web")).toEqual([]);
    const bin = path.join(fixture.target.directory, "poor");
    mkdirSync(bin);
    for (const name of ["flock", "setsid"]) {
      writeFileSync(path.join(bin, name), "#!/bin/sh\necho BusyBox\n");
      chmodSync(path.join(bin, name), 0o755);
    }
    const file = path.join(fixture.target.home, ".bashrc");
    writeFileSync(file, `PATH="${bin}:$PATH"\n`);

    const lacks = await fixture.durable.preflight("web");
    const started = collectRun(fixture.another({ directory: "poor-place" }), durably("true"));

    await expect(started).rejects.toMatchObject({
      code: "unfit",
      message: expect.stringContaining("setsid"),
    });
    rmSync(file);
    expect(lacks).toEqual(["flock(util-linux)", "setsid(util-linux)"]);
  });
});
