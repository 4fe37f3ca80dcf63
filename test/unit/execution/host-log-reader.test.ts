import { describe, expect, it } from "vitest";
import { createHostLogReader, type HostLog } from "../../../src/execution/host-log-reader.js";
import { HostUnreachableError } from "../../../src/execution/host-unreachable-error.js";
import { createRedactor } from "../../../src/execution/redact.js";
import type { CommandOutcome, RemoteRunner } from "../../../src/execution/remote-runner.js";
import { Secret } from "../../../src/secret.js";

const redactor = createRedactor([new Secret("hunter2-hunter2")]);
const command = { argv: ["true"], timeoutSeconds: 15 } as const;
const request = { host: "web-1", command, maxBytes: 1_000 };

/** Reads from a host that prints the pieces and then ends like that. */
async function read(
  pieces: readonly string[],
  outcome: CommandOutcome = { kind: "exited", code: 0 },
  changes: { readonly maxBytes?: number; readonly maxLines?: number } = {},
): Promise<HostLog> {
  const runner: RemoteRunner = {
    async run(_host, _command, onOutput) {
      for (const piece of pieces) void onOutput(piece);
      return outcome;
    },
  };
  return createHostLogReader({ runner, redactor })({ ...request, ...changes });
}

describe("the log of a host", () => {
  it("is what the command printed", async () => {
    expect(await read(["one\n", "two\n"])).toEqual({ host: "web-1", text: "one\ntwo\n", shortened: false });
  });

  it.each([
    ["as it is", ["token hunter2-hunter2 ok"]],
    ["split over pieces", ["token hun", "ter2-", "hunter2 ok"]],
    ["cut into pieces by colours", ["token hunter2\u001b[1m-\u001b[0mhunter2 ok"]],
    ["cut into pieces by what nobody sees", ["token hunter2\u200b-hun\u0000ter2 ok"]],
  ])("is without a secret %s", async (_how, pieces) => {
    expect((await read(pieces)).text).toBe("token [redacted] ok");
  });

  it("does not begin with half of a secret where its beginning is missing", async () => {
    const { text } = await read(["x hunter2-hunter2 y"], undefined, { maxBytes: 10 });

    expect(text).toBe("edacted] y");
  });

  it.each([
    ["colours", "\u001b[31mred\u001b[0m", "red"],
    ["a link and a title of the terminal", "\u001b]8;;http://x\u0007link\u001b]0;title\u001b\\", "link"],
    ["control characters", "a\u0000b\u0007c\u007f", "abc"],
    ["marks that turn a line around", "a\u202eb", "ab"],
    ["a progress bar", "10 %\r20 %\r\ndone", "20 %\ndone"],
  ])("is without %s", async (_what, printed, text) => {
    expect((await read([printed])).text).toBe(text);
  });

  it("shows bytes that were no UTF-8", async () => {
    expect((await read(["a\ufffdb"])).text).toBe("a\ufffdb");
  });

  it("is its last lines, where the command prints more than it was asked for", async () => {
    expect(await read(["a\nb\nc\n"], undefined, { maxLines: 2 })).toMatchObject({ text: "b\nc\n" });
  });

  it("says that its beginning is missing", async () => {
    expect(await read(["a\n".repeat(2_000)])).toMatchObject({ shortened: true });
  });

  it.each<[CommandOutcome, object]>([
    [
      { kind: "exited", code: 1 },
      { code: "exited", exitCode: 1 },
    ],
    [
      { kind: "killed", signal: "KILL" },
      { code: "killed", signal: "KILL" },
    ],
    [
      { kind: "timed-out", afterSeconds: 15 },
      { code: "timed-out", seconds: 15 },
    ],
    [
      { kind: "lost", reason: "cut" },
      { code: "lost", reason: "cut" },
    ],
  ])("keeps what came before %j", async (outcome, failure) => {
    expect(await read(["before\n"], outcome)).toMatchObject({ text: "before\n", failure });
  });

  it("is a failure where the host is out of reach", async () => {
    const runner: RemoteRunner = {
      async run(host) {
        throw new HostUnreachableError(host, "timeout");
      },
    };

    const log = await createHostLogReader({ runner, redactor })(request);

    expect(log).toMatchObject({
      text: "",
      failure: { code: "unreachable", host: "web-1", reason: "timeout" },
    });
  });

  it("leaves sessions of its host to deployments: two logs at once, the others wait", async () => {
    const ends: (() => void)[] = [];
    const begun: string[] = [];
    const runner: RemoteRunner = {
      async run(host) {
        begun.push(host);
        await new Promise<void>((resolve) => ends.push(resolve));
        return { kind: "exited", code: 0 };
      },
    };
    const readLog = createHostLogReader({ runner, redactor });

    const reads = [request, request, request, { ...request, host: "web-2" }].map(readLog);
    await expect.poll(() => begun).toEqual(["web-1", "web-1", "web-2"]);
    ends[0]?.();

    await expect.poll(() => begun.length).toBe(4);
    for (const end of ends) end();
    await Promise.all(reads);
  });
});
