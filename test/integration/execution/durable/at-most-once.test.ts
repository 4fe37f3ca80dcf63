import { existsSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RUNNER_CHECKSUM, RUNNER_SCRIPT } from "../../../../src/execution/durable/runner-script.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  newRunId,
  startDurableFixture,
} from "./durable-fixture.js";
import { type Link, startLink } from "./link.js";

let fixture: DurableFixture;
let link: Link;
let journal: string;
let number = 0;

beforeAll(async () => {
  fixture = await startDurableFixture();
  link = await startLink(fixture.host);
});
afterAll(async () => {
  await link.close();
  await fixture.close();
});
beforeEach(() => {
  journal = path.join(fixture.target.directory, `journal-${++number}`);
});

/** Writes down that it ran, prints numbered lines for a while, and ends with its own code. */
const stepThatTakes = (tenths: number, code: number) =>
  `echo ran >> "${journal}"; for n in $(seq ${tenths}); do echo "line $n"; sleep 0.1; done; exit ${code}`;

const linesUpTo = (count: number) =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join("");

describe("one run id", () => {
  it("runs once when 20 start it at the same time", async () => {
    const command = durably(stepThatTakes(3, 7));
    const runners = Array.from({ length: 4 }, () => fixture.another());

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => collectRun(runners[index % 4] ?? fixture.durable, command)),
    );

    const expected = { outcome: { kind: "exited", code: 7 }, output: linesUpTo(3) };
    expect(results).toEqual(results.map(() => expected));
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("runs once, and is followed to its end, with the link cut at 25 places from the first byte on", async () => {
    const durable = fixture.another({}, link.host);
    const rounds = Array.from({ length: 25 }, (_, round) => round);
    const results: unknown[] = [];

    for (const round of rounds) {
      link.cutAfter(1 + round * 194);
      const script = `echo ${round} >> "${journal}"; echo begun; sleep 0.05; echo é; exit 3`;
      // Where the cut meets the handshake, the host is unreachable: nothing may have run then.
      results.push(await collectRun(durable, durably(script)).catch(() => "unreachable"));
    }

    const ran = facts(journal).map(Number);
    const whole = { outcome: { kind: "exited", code: 3 }, output: "begun\né\n" };
    expect(results).toEqual(rounds.map((round) => (ran.includes(round) ? whole : "unreachable")));
    expect(ran).toEqual([...new Set(ran)]);
    expect(ran.length).toBeGreaterThan(12);
  }, 180_000);

  it("runs once when sshd's side of the link is killed again and again while it is followed", async () => {
    const running = collectRun(fixture.durable, durably(stepThatTakes(30, 5)));
    await expect.poll(() => facts(journal)).toEqual(["ran"]);

    for (let cut = 0; cut < 12; cut++) {
      await pause((cut * 73) % 200);
      await fixture.target.cutConnections();
    }

    expect(await running).toEqual({ outcome: { kind: "exited", code: 5 }, output: linesUpTo(30) });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("runs once when its host is away for a while", async () => {
    const command = durably(stepThatTakes(10, 4));
    const running = collectRun(fixture.durable, command);
    await expect.poll(() => facts(journal)).toEqual(["ran"]);

    await fixture.target.stop();
    await pause(1_500);
    await fixture.target.start();

    expect(await running).toEqual({ outcome: { kind: "exited", code: 4 }, output: linesUpTo(10) });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("is unreachable, and has not run, while its host is away from the beginning", async () => {
    await fixture.target.stop();

    const running = collectRun(fixture.durable, durably(stepThatTakes(1, 0)));

    await expect(running).rejects.toMatchObject({ host: "web", code: "refused" });
    await fixture.target.start();
    expect(facts(journal)).toEqual([]);
  });

  it("is not known any more after a while without contact, and can be asked for later", async () => {
    const hasty = fixture.another({ patienceSeconds: 0.5 });
    const command = durably(stepThatTakes(2, 6));
    const running = collectRun(hasty, command);
    await expect.poll(() => facts(journal)).toEqual(["ran"]);
    await fixture.target.stop();

    const { outcome } = await running;

    await fixture.target.start();
    expect(outcome).toMatchObject({ kind: "lost" });
    expect(await collectRun(fixture.durable, command)).toEqual({
      outcome: { kind: "exited", code: 6 },
      output: linesUpTo(2),
    });
    expect(facts(journal)).toEqual(["ran"]);
  });
});

describe("the runner's own way to the host", () => {
  it("may be cut at any byte: what arrived of it never runs, and the step runs once", async () => {
    const rounds = 8;
    for (let round = 0; round < rounds; round++) {
      const durable = fixture.another({ directory: `upload-${number}-${round}` }, link.host);
      // Connects first, so that the cut comes in the upload.
      await durable.preflight("web");
      link.cutAfter(1 + Math.floor((round * (RUNNER_SCRIPT.length + 4_000)) / rounds));

      const { outcome } = await collectRun(durable, durably(stepThatTakes(1, 3)));

      expect(outcome).toEqual({ kind: "exited", code: 3 });
    }
    expect(facts(journal)).toHaveLength(rounds);
  }, 180_000);

  it.each([
    ["changed", Buffer.concat([RUNNER_SCRIPT, Buffer.from("# changed\n")])],
    ["cut", RUNNER_SCRIPT.subarray(0, RUNNER_SCRIPT.length / 2)],
    ["empty", Buffer.alloc(0)],
  ])("is found out when its file was %s, before anything is claimed", async (name, content) => {
    const directory = `tampered-${name}`;
    const durable = fixture.another({ directory });
    await durable.status("web", newRunId());
    const file = path.join(fixture.target.home, directory, "bin", `${RUNNER_CHECKSUM}.sh`);
    const trap = path.join(fixture.target.home, `${directory}-ran`);
    const bait = Buffer.from(`touch "${trap}"\n`);
    writeFileSync(file, content.length === 0 ? content : Buffer.concat([bait, content]));

    const result = await collectRun(durable, durably(stepThatTakes(1, 3)));

    expect(result).toEqual({ outcome: { kind: "exited", code: 3 }, output: linesUpTo(1) });
    expect(existsSync(trap)).toBe(false);
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("leaves an older version beside it alone", async () => {
    const directory = "versions";
    const durable = fixture.another({ directory });
    await collectRun(durable, durably("true"));
    const bin = path.join(fixture.target.home, directory, "bin");
    writeFileSync(path.join(bin, `${"0".repeat(64)}.sh`), "exit 1\n");

    await durable.sweep("web");

    expect((await collectRun(durable, durably("exit 2"))).outcome).toEqual({ kind: "exited", code: 2 });
    expect(readdirSync(bin).sort()).toEqual([`${"0".repeat(64)}.sh`, `${RUNNER_CHECKSUM}.sh`].sort());
  });
});
