import { afterEach, describe, expect, it } from "vitest";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import { type HostScript, type ScriptedHost, startScriptedHost } from "./scripted-host.js";
import { collect, shell, silent } from "./ssh-fixture.js";

let scripted: ScriptedHost;
let runner: SshRunner;

async function start(script: HostScript): Promise<void> {
  scripted = await startScriptedHost(script);
  runner = createSshRunner({ hosts: { web: scripted.host }, logger: silent });
}

afterEach(async () => {
  await runner.close();
  await scripted.close();
});

const succeed: HostScript["onCommand"] = async (request) => (await request.answer()).exit(0);

describe("before the command is sent", () => {
  it("a connection that turns out to be dead is replaced, and the command is sent once", async () => {
    let sessions = 0;
    await start({
      onSession: (session) => (++sessions === 2 ? session.cut() : session.accept()),
      onCommand: succeed,
    });
    await collect(runner, "web", shell("first"));

    const { outcome } = await collect(runner, "web", shell("second"));

    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(scripted.scripts.filter((script) => script.includes("second"))).toHaveLength(1);
  });

  it("a connection that opens no more sessions is replaced", async () => {
    await start({
      onSession: (session) => {
        if (session.connection === 1 && scripted.scripts.length > 0) session.reject();
        else session.accept();
      },
      onCommand: succeed,
    });
    await collect(runner, "web", shell("first"));

    expect((await collect(runner, "web", shell("second"))).outcome).toEqual({ kind: "exited", code: 0 });
  });

  it.each(["reject", "cut"] as const)(
    "a host that never opens a session is unreachable: %s",
    async (answer) => {
      await start({ onSession: (session) => session[answer](), onCommand: succeed });

      await expect(collect(runner, "web", shell("true"))).rejects.toMatchObject({
        host: "web",
        code: "protocol",
      });
    },
  );
});

describe("a host that does not start our shell", () => {
  it.each<[string, string, HostScript["onCommand"]]>([
    ["protocol", "cuts every connection before it answers", (request) => request.cut()],
    ["not-run", "refuses to run anything", (request) => request.reject()],
    ["not-run", "closes the session without an exit code", (request) => request.accept().close()],
    [
      "not-run",
      "ends with exit code 0, as a forced command may",
      (request) => {
        const channel = request.accept();
        channel.write("Welcome\n");
        channel.exit(0);
        channel.end();
      },
    ],
    [
      "not-run",
      "repeats the text that it was to run",
      (request) => {
        const channel = request.accept();
        const text = scripted.commands.at(-1) ?? "";
        channel.write(`${text}\n${text.replaceAll(/['" ]/g, "")}\n`);
        channel.stderr.write(`${text}\n${text.replaceAll(/['" ]/g, "")}\n`);
        channel.exit(0);
        channel.end();
      },
    ],
  ])("is unreachable (%s) when it %s, and gets no script", async (code, _, onCommand) => {
    await start({ onCommand });

    await expect(collect(runner, "web", shell("true"))).rejects.toMatchObject({ host: "web", code });
    expect(scripted.scripts).toEqual([]);
  });

  it("gets a second connection when the first one ended before it answered", async () => {
    await start({ onCommand: (request) => (request.connection === 1 ? request.cut() : succeed(request)) });

    expect((await collect(runner, "web", shell("true"))).outcome).toEqual({ kind: "exited", code: 0 });
    expect(scripted.scripts).toHaveLength(1);
  });
});

describe("once the command may have started, it is lost and not sent again", () => {
  it.each<[string, HostScript["onCommand"]]>([
    [
      "the channel ends without a word of our own shell, and with exit code 0",
      async (request) => {
        const { channel } = await request.answer();
        channel.exit(0);
        channel.close();
      },
    ],
    [
      "the connection is cut while it runs",
      async (request) => {
        const { channel } = await request.answer();
        channel.write("working");
        request.cut();
      },
    ],
  ])("when %s", async (_, onCommand) => {
    await start({ onCommand });

    const { outcome } = await collect(runner, "web", shell("true"));

    expect(outcome).toMatchObject({ kind: "lost" });
    expect(scripted.scripts).toHaveLength(1);
  });

  it("and the next command finds its way", async () => {
    const cutOnce: HostScript["onCommand"] = async (request) => {
      if (request.connection > 1) return succeed(request);
      await request.answer();
      request.cut();
    };
    await start({ onCommand: cutOnce });
    await collect(runner, "web", shell("true"));

    expect((await collect(runner, "web", shell("true"))).outcome).toEqual({ kind: "exited", code: 0 });
  });
});

describe("a host that refuses the sign-in", () => {
  it("is quoted with what it says about the account", async () => {
    await start({ refuses: "Your account has expired;\r\n\u001b[31mcall Ada\r\n", onCommand: succeed });

    await expect(collect(runner, "web", shell("true"))).rejects.toMatchObject({
      code: "auth",
      said: "Your account has expired; · call Ada",
    });
  });
});
