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

const succeed: HostScript["onCommand"] = (request) => {
  const channel = request.accept();
  channel.exit(0);
  channel.end();
};

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
    expect(scripted.commands.filter((command) => command.includes("second"))).toHaveLength(1);
  });

  it("a connection that opens no more sessions is replaced", async () => {
    await start({
      onSession: (session) => {
        if (session.connection === 1 && scripted.commands.length > 0) session.reject();
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

describe("once the command may have started, it is lost and not sent again", () => {
  it.each<[string, HostScript["onCommand"]]>([
    ["the connection is cut before the host confirms it", (request) => request.cut()],
    ["the host does not confirm it", (request) => request.reject()],
    ["the channel ends without an exit code", (request) => request.accept().close()],
    [
      "the connection is cut while it runs",
      (request) => {
        request.accept().write("working");
        request.cut();
      },
    ],
  ])("when %s", async (_, onCommand) => {
    await start({ onCommand });

    const { outcome } = await collect(runner, "web", shell("true"));

    expect(outcome).toMatchObject({ kind: "lost" });
    expect(scripted.commands).toHaveLength(1);
  });

  it("and the next command finds its way", async () => {
    await start({ onCommand: (request) => (request.connection === 1 ? request.cut() : succeed(request)) });
    await collect(runner, "web", shell("true"));

    expect((await collect(runner, "web", shell("true"))).outcome).toEqual({ kind: "exited", code: 0 });
  });
});
