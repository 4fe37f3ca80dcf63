import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimPort } from "../../../sandbox/host/claim-port.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../sandbox/host/types.js";
import { type LogOutcome, readLogs } from "../../../src/app/read-logs.js";
import { createHostLogReader } from "../../../src/execution/host-log-reader.js";
import { createRedactor } from "../../../src/execution/redact.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import { Secret } from "../../../src/secret.js";
import { MemoryAudit } from "../../unit/app/ports.js";
import { configWith, environmentInput } from "../../unit/deployments/samples.js";
import { silent, sshHostOf } from "../execution/ssh-fixture.js";

const MEBIBYTE = 1024 * 1024;
const TOKEN = "a-token-that-nobody-may-see";
const person = { id: "112233445566778899", name: "ada", roles: ["223344556677889900"] };

let target: TargetHost;
let runner: SshRunner;

beforeAll(async () => {
  target = await startTargetHost();
  const host = await sshHostOf(target);
  // Nothing listens where web-2 should be.
  const hosts = { "web-1": host, "web-2": { ...host, port: await claimPort() } };
  runner = createSshRunner({ hosts, logger: silent });
});
afterAll(async () => {
  await runner?.close();
  await target?.close();
});

/** Reads the end of one log, as it is configured, from the environment's hosts. */
async function read(source: object, lines?: number, hosts = ["web-1"]) {
  const config = configWith({ uat: environmentInput({ hosts, logs: [{ name: "web", ...source }] }) });
  const readHost = createHostLogReader({ runner, redactor: createRedactor([new Secret(TOKEN)]) });
  const outcome = await readLogs(
    { config, readHost, audit: new MemoryAudit() },
    { person, environment: "uat", ...(lines !== undefined && { lines }) },
  );
  return hostsOf(outcome);
}

function hostsOf(outcome: LogOutcome) {
  if (outcome.kind === "refused") throw new Error(outcome.refusal.code);
  return outcome.hosts;
}

async function logFile(name: string, text: string | Buffer): Promise<string> {
  const file = path.join(target.directory, name);
  await writeFile(file, text);
  return file;
}

const numbers = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

describe("a log over SSH", () => {
  it("is the last lines of a file, whatever its name", async () => {
    const file = await logFile("it's a $(name).log", numbers(1_000));

    const [log] = await read({ file }, 3);

    expect(log).toEqual({ host: "web-1", text: "line 998\nline 999\nline 1000\n", shortened: false });
  });

  it("is the last lines of what a program prints, also on stderr", async () => {
    const run = ["sh", "-c", "i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo $i >&2; done"];

    expect((await read({ run }, 2))[0]).toMatchObject({ text: "499\n500\n" });
  });

  it("comes without secrets, colours and bytes that are no text", async () => {
    const line = `\u001b[32mok\u001b[0m ${TOKEN} é`;
    const file = await logFile(
      "mixed.log",
      Buffer.concat([Buffer.from(line), Buffer.from([0xff, 0x07, 0x0a])]),
    );

    expect((await read({ file }))[0]?.text).toBe("ok [redacted] é\ufffd\n");
  });

  it("is cut to what one attachment holds, from its end", async () => {
    const file = await logFile("long.log", `${"x".repeat(99)}\n`.repeat(5_000).repeat(18));
    const run = ["cat", file];

    const [all] = await read({ run: ["sh", "-c", 'cat "$1"; echo the end', "cat", file] }, 5_000);
    const [long] = await read({ run: ["sh", "-c", 'tr -d "\\n" < "$1"; echo the end', "tr", run[1] ?? ""] });

    expect(all?.text.endsWith("\nthe end\n")).toBe(true);
    expect(all?.text.split("\n")).toHaveLength(5_001);
    expect(long?.text.endsWith("xthe end\n")).toBe(true);
    expect(long?.text.length).toBeLessThanOrEqual(8 * MEBIBYTE);
    expect([all?.shortened, long?.shortened]).toEqual([true, true]);
  });

  it("that is not there is a failure, with what the host says", async () => {
    const [log] = await read({ file: path.join(target.directory, "none.log") });

    expect(log?.text).toContain("none.log");
    expect(log?.failure).toEqual({ code: "exited", exitCode: 1 });
  });

  it("comes from the hosts that answer, though one is down", async () => {
    const file = await logFile("web.log", "hello\n");

    const logs = await read({ file }, 10, ["web-2", "web-1"]);

    expect(logs).toEqual([
      {
        host: "web-2",
        text: "",
        shortened: false,
        failure: { code: "unreachable", host: "web-2", reason: "refused" },
      },
      { host: "web-1", text: "hello\n", shortened: false },
    ]);
  });
});
