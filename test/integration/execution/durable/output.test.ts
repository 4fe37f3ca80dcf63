import { createHash } from "node:crypto";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printed } from "../ssh-fixture.js";
import { type DurableFixture, durably, facts, startDurableFixture } from "./durable-fixture.js";
import { type Link, startLink } from "./link.js";

const MB = 1_000_000;

setFlagsFromString("--expose-gc");
const collectGarbage: unknown = runInNewContext("gc");

/** What is in use, without garbage. */
function usedBytes(): number {
  if (typeof collectGarbage === "function") collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

let fixture: DurableFixture;
let link: Link;

beforeAll(async () => {
  fixture = await startDurableFixture();
  link = await startLink(fixture.host);
});
afterAll(async () => {
  await link.close();
  await fixture.close();
});

describe("much output", () => {
  it("takes no more memory than little", async () => {
    const print = async (bytes: number) => {
      let length = 0;
      let most = 0;
      const script = `head -c ${bytes} /dev/zero | tr '\\0' 'a'`;
      await fixture.durable.run("web", durably(script), (text) => {
        if (length % (2 * MB) < text.length) most = Math.max(most, usedBytes());
        length += text.length;
      });
      return { length, most };
    };
    const little = await print(15 * MB);

    const much = await print(200 * MB);

    expect(much.length).toBeLessThan(17 * MB + 100);
    expect(much.most - little.most).toBeLessThan(20 * MB);
  });

  it("is not read faster than it is taken in", async () => {
    let isBusy = false;
    let overlaps = 0;
    let length = 0;

    await fixture.durable.run("web", durably(`head -c ${3 * MB} /dev/zero | tr '\\0' 'b'`), async (text) => {
      if (isBusy) overlaps += 1;
      isBusy = true;
      length += text.length;
      await new Promise((resolve) => setImmediate(resolve));
      isBusy = false;
    });

    expect({ overlaps, length }).toEqual({ overlaps: 0, length: 3 * MB });
  });

  it("holds up neither the step nor its time when nobody takes it in", async () => {
    const file = path.join(fixture.target.directory, "went-on");
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const command = durably(`head -c ${30 * MB} /dev/zero | tr '\\0' 'c'; echo ran > "${file}"`);
    const running = fixture.durable.run("web", command, () => blocked);

    await expect.poll(() => facts(file)).toEqual(["ran"]);

    release();
    expect(await running).toEqual({ kind: "exited", code: 0 });
  });

  it("is complete and in order over a link that is cut while it comes", async () => {
    const lines = 300_000;
    const durable = fixture.another({}, link.host);
    const hash = createHash("sha256");
    let length = 0;
    let cuts = 0;

    await durable.preflight("web");
    const outcome = await durable.run("web", durably(`seq -f 'línea %.0f' ${lines}`), (text, offset) => {
      hash.update(text);
      length += Buffer.byteLength(text);
      expect(offset).toBe(length);
      if (cuts < 5 && length > cuts * MB) {
        cuts += 1;
        link.cutAfter(1);
      }
    });

    const expected = createHash("sha256");
    for (let n = 1; n <= lines; n++) expected.update(`línea ${n}\n`);
    expect(outcome).toEqual({ kind: "exited", code: 0 });
    expect(hash.digest("hex")).toBe(expected.digest("hex"));
  });
});

describe("a long log", () => {
  const printing = `seq -f 'line %.0f' 20000; exit 3`;
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}\n`).join("");
  const KEPT = 10_000;
  const left = lines.length - 2 * KEPT;
  const shown = `${lines.slice(0, KEPT)}\n[Slipway: ${left} bytes of output are left out here.]\n${lines.slice(-KEPT)}`;

  it("is fetched from its beginning and its end, and says what is left out", async () => {
    const durable = fixture.another({ fetchedBytes: KEPT });
    let [output, last] = ["", 0];

    const outcome = await durable.run("web", durably(printing), (text, offset) => {
      output += text;
      last = offset ?? last;
    });

    expect({ outcome, output, last }).toEqual({
      outcome: { kind: "exited", code: 3 },
      output: shown,
      last: lines.length,
    });
  });

  it.each([0, 5_000, KEPT, KEPT + 5_000])("goes on from byte %d for a later process", async (offset) => {
    const command = durably(printing);
    await fixture.durable.run("web", command, () => undefined);
    let output = "";

    const later = { ...command, run: { ...command.run, offset, resumed: true as const } };
    await fixture.another({ fetchedBytes: KEPT }).run("web", later, (text) => {
      output += text;
    });

    const [before, after] = output.split(/\n\[Slipway: \d+ bytes of output are left out here\.\]\n/);
    expect(before).toBe(lines.slice(offset, Math.max(offset, KEPT)));
    expect(after).toBe(lines.slice(-KEPT));
  });

  it("is not sent where it is not wanted", async () => {
    const durable = fixture.another({ fetchedBytes: KEPT });
    let received = 0;

    const outcome = await durable.run("web", durably(`head -c ${50 * MB} /dev/zero; exit 4`), (text) => {
      received += text.length;
    });

    expect(outcome).toEqual({ kind: "exited", code: 4 });
    expect(received).toBeLessThan(3 * KEPT);
  });
});

describe("a link that carries nothing any more, without a word", () => {
  it("is noticed, and another one takes its place", async () => {
    const durable = fixture.another({}, link.host);
    const started = printed("started");
    const ended = printed("ended");
    const running = durable.run("web", durably("echo started; sleep 2; echo ended; exit 9"), (text) => {
      started.onOutput(text);
      ended.onOutput(text);
    });
    await started.seen;
    link.blackHole();
    link.heal();

    await ended.seen;

    expect(await running).toEqual({ kind: "exited", code: 9 });
  });
});
