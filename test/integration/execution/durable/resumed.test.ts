import { rmSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { type Logger, pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../../../src/execution/remote-runner.js";
import { ignore } from "../ssh-fixture.js";
import {
  collectRun,
  type DurableFixture,
  durably,
  facts,
  newRunId,
  startDurableFixture,
} from "./durable-fixture.js";

let fixture: DurableFixture;
let journal: string;
let number = 0;

beforeAll(async () => {
  fixture = await startDurableFixture();
});
afterAll(() => fixture.close());
beforeEach(() => {
  journal = path.join(fixture.target.directory, `journal-${++number}`);
});

const step = () => `echo ran >> "${journal}"; echo one; echo two; exit 3`;
const ENDED: CommandOutcome = { kind: "exited", code: 3 };

/** Settles once a line of the log has these words. */
function logWith(words: string): { logger: Logger; seen: Promise<void> } {
  let see: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => {
    see = resolve;
  });
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (chunk.toString().includes(words)) see();
      done();
    },
  });
  return { logger: pino({ level: "debug" }, stream), seen };
}

describe("a run that an earlier process may have started", () => {
  it("is started where the host knows nothing of it", async () => {
    const { outcome, output } = await collectRun(fixture.durable, durably(step(), { resumed: true }));

    expect({ outcome, output }).toEqual({ outcome: ENDED, output: "one\ntwo\n" });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("has its outcome, and the rest of its output, without running again", async () => {
    const command = durably(step());
    await fixture.durable.run("web", command, ignore);

    const { outcome, output } = await collectRun(
      fixture.another(),
      durably(step(), { id: command.run.id, resumed: true, offset: 4 }),
    );

    expect({ outcome, output }).toEqual({ outcome: ENDED, output: "two\n" });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("is started once by many who take it over at the same time", async () => {
    const command = durably(step(), { resumed: true });

    const results = await Promise.all(
      Array.from({ length: 5 }, () => collectRun(fixture.another(), command)),
    );

    expect(results).toEqual(results.map(() => ({ outcome: ENDED, output: "one\ntwo\n" })));
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("is indeterminate where output was taken in, and the host has forgotten it", async () => {
    const command = durably(step(), { resumed: true, offset: 4 });

    const { outcome } = await collectRun(fixture.durable, command);

    expect(outcome).toMatchObject({ kind: "indeterminate" });
    expect(facts(journal)).toEqual([]);
  });

  it("is indeterminate too where the host has lost all that Slipway keeps there", async () => {
    const command = durably(step());
    await fixture.durable.run("web", command, ignore);
    rmSync(path.join(fixture.target.home, ".slipway"), { recursive: true });

    const again = durably(step(), { id: command.run.id, resumed: true, offset: 4 });
    const { outcome } = await collectRun(fixture.durable, again);

    expect(outcome).toMatchObject({ kind: "indeterminate" });
    expect(facts(journal)).toEqual(["ran"]);
  });
});

describe("a host that is out of reach when a run is resumed", () => {
  it("is waited for, and the run goes on", async () => {
    const command = durably(step());
    await fixture.durable.run("web", command, ignore);
    const { logger, seen } = logWith("cannot reach a run's host");
    await fixture.target.stop();

    const resumed = durably(step(), { id: command.run.id, resumed: true });
    const result = collectRun(fixture.another({ logger }), resumed);
    await seen;
    await fixture.target.start();

    expect(await result).toEqual({ outcome: ENDED, output: "one\ntwo\n" });
    expect(facts(journal)).toEqual(["ran"]);
  });

  it("is given up as lost, not as a failure, when it stays away", async () => {
    const away = fixture.another({ patienceSeconds: 0.1 }, { ...fixture.host, port: 1 });

    const outcome = await away.run("web", durably(step(), { id: newRunId(), resumed: true }), ignore);

    expect(outcome).toMatchObject({ kind: "lost" });
  });

  it("fails at once for a run that nobody can have started", async () => {
    const away = fixture.another({}, { ...fixture.host, port: 1 });

    await expect(away.run("web", durably(step()), ignore)).rejects.toMatchObject({
      name: "HostUnreachableError",
    });
  });
});
