import { describe, expect, it } from "vitest";
import { RunLog } from "../../../../src/execution/durable/run-log.js";
import { recordingLogger, silent } from "../../../integration/execution/ssh-fixture.js";

describe("the log of a run", () => {
  it("tells where each text ends, from where it began", () => {
    const seen: [string, number | undefined][] = [];
    const log = new RunLog(100, (text, offset) => void seen.push([text, offset]), silent);

    log.take(Buffer.from([0x61, 0xc3]));
    log.take(Buffer.from([0xa9]));

    expect(seen).toEqual([
      ["a", 101],
      ["é", 103],
    ]);
    expect(log.received).toBe(103);
  });

  it("tells where its last whole line ends, also where bytes are not UTF-8", () => {
    const seen: [string, number | undefined][] = [];
    const log = new RunLog(0, (text, offset) => void seen.push([text, offset]), silent);

    log.take(Buffer.from([0xff, 0xfe, 0x0a, 0x61, 0x0a, 0xff, 0xc3]));

    expect(seen).toEqual([
      ["\ufffd\ufffd\na\n", 5],
      ["\ufffd", 6],
    ]);
  });

  it("delivers the rest of a piece once its lines were taken, and is busy until then", async () => {
    const ready: (() => void)[] = [];
    const seen: string[] = [];
    const listen = (text: string) => {
      seen.push(text);
      return new Promise<void>((resolve) => ready.push(resolve));
    };
    const log = new RunLog(0, listen, silent);

    const taken = log.take(Buffer.from("one\ntw"));
    expect(seen).toEqual(["one\n"]);
    expect(log.received).toBe(6);
    ready.pop()?.();
    await expect.poll(() => seen).toEqual(["one\n", "tw"]);

    expect(log.isBusy).toBe(true);
    ready.pop()?.();
    await taken;
    expect(log.isBusy).toBe(false);
  });

  it("is busy until its listener is ready", async () => {
    let ready: () => void = () => undefined;
    const listening = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const log = new RunLog(0, () => listening, silent);

    const taken = log.take(Buffer.from("a"));

    expect(log.isBusy).toBe(true);
    ready();
    await taken;
    expect(log.isBusy).toBe(false);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("full");
      },
    ],
    ["rejects", () => Promise.reject(new Error("full"))],
  ])("goes on when its listener %s, and says so", async (_, listener) => {
    const { logger, lines } = recordingLogger();
    const log = new RunLog(0, listener, logger);

    await log.take(Buffer.from("a"));

    expect(log.received).toBe(1);
    expect(lines.join("")).toContain("consumer of a step's output failed");
  });
});
