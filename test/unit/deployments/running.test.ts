import { describe, expect, it } from "vitest";
import { Sha } from "../../../src/deployments/release.js";
import {
  beginStep,
  certainOf,
  endStep,
  type HostEntry,
  type RunningRelease,
  type RunningStep,
  readBeside,
  readHost,
  undoBegin,
  unknownEntry,
} from "../../../src/deployments/running.js";
import { otherSha, sha } from "./samples.js";

const A: RunningRelease = { sha, subject: "A" };
const B: RunningRelease = { sha: otherSha, subject: "B" };
const C = Sha.parse("c".repeat(40));
const deployment = { id: "0123456789abcdef01234567", number: 2 };

const adopted = readHost(undefined, { kind: "checkout", release: A }, 1);

function step(changes: Partial<RunningStep> = {}, ended = false): RunningStep {
  const order = { fence: 10, step: changes.effect === "files" ? 3 : 4, ended };
  return { effect: "application", deployment, release: B, run: "run-5", order, at: 5, ...changes };
}
const files = (ended = false) => step({ effect: "files", run: "run-4" }, ended);
const begun = beginStep(adopted, step());

describe("what runs on a host", () => {
  it("is release 0 once an unknown host was read", () => {
    expect(adopted.application).toEqual({ kind: "release", release: A, since: 1, source: "host" });
    expect(adopted).toMatchObject({ adopted: { release: A, at: 1 }, files: { kind: "at", sha } });
  });

  it("is nothing where there is no checkout, until one is there", () => {
    const none = readHost(undefined, { kind: "none" }, 1);

    expect(none.application).toEqual({ kind: "nothing", since: 1 });
    expect(readHost(none, { kind: "checkout", release: A }, 2).application).toMatchObject({ release: A });
  });

  it("does not change with the files alone", () => {
    const moved = endStep(beginStep(adopted, files()), files(true), "succeeded");

    expect(moved.files).toEqual({ kind: "at", sha: otherSha });
    expect(moved.application).toEqual(adopted.application);
  });

  it("has a HEAD that is not certain while a step moves it, also where it was read before the move", () => {
    const moving = beginStep(adopted, files());
    const read = readBeside(moving, { kind: "checkout", release: A }, 6);
    const lost = endStep({ ...moving, files: { kind: "at", sha } }, files(true), "failed");

    expect(read.files).toEqual(moving.files);
    expect(readBeside(moving, { kind: "checkout", release: B }, 6).files).toEqual({
      kind: "at",
      sha: otherSha,
    });
    expect(lost.files).toEqual({ kind: "moving", from: [sha], to: otherSha });
    expect(readBeside(lost, { kind: "checkout", release: A }, 7).files).toEqual({ kind: "at", sha });
  });

  it("is between two releases while a restart runs, and the new one after it", () => {
    expect(begun.application).toMatchObject({ kind: "between", to: B, before: { release: A } });
    expect(endStep(begun, step({}, true), "succeeded").application).toEqual({
      ...{ kind: "release", release: B, since: 5, source: "step" },
      deployment,
    });
  });

  it("is not known after a restart that failed, and the last release stays known", () => {
    const { application } = endStep(begun, step({}, true), "failed");

    expect(application).toEqual({ kind: "unknown", since: 5, deployment, last: A });
  });

  it("stays what it was when the restart was never started", () => {
    expect(endStep(begun, step({}, true), "untouched").application).toEqual(adopted.application);
    const undone = undoBegin(begun, "run-5", { fence: 11, step: 4, ended: true });
    expect(undone.application).toEqual(adopted.application);
    expect(undoBegin(begun, "another run", { fence: 11, step: 4, ended: true })).toBe(begun);
  });

  it("does not come back from a second attempt that never started, after a first one that did", () => {
    const failed = endStep(begun, step({}, true), "failed");
    const again = { run: "run-5.2", order: { fence: 12, step: 4, ended: false } };
    const second = beginStep(failed, step(again));
    const end = step({ ...again, order: { ...again.order, ended: true } });

    expect(endStep(second, end, "untouched").application).toMatchObject({ kind: "unknown", last: A });
  });

  it("is the same when the same run begins again under a newer fence", () => {
    const again = beginStep(begun, step({ order: { fence: 11, step: 4, ended: false } }));

    expect(again.application).toEqual(begun.application);
  });

  it("is not known any more once a deployment ended in the middle of a restart and another one begins", () => {
    const next = step({ run: "other", order: { fence: 20, step: 4, ended: false } });

    expect(beginStep(begun, next).application).toMatchObject({ before: { kind: "unknown", last: A } });
  });

  it.each([
    ["a repeated begin", () => beginStep(begun, step())],
    ["a late begin", () => beginStep(begun, step({ order: { fence: 9, step: 9, ended: true } }))],
    ["a late end", () => endStep(begun, step({ order: { fence: 9, step: 9, ended: true } }), "succeeded")],
    ["an earlier step", () => beginStep(begun, files())],
  ])("is not changed by %s", (_, change) => {
    expect(change()).toBe(begun);
  });

  it("is not known where nothing was known before a restart that failed", () => {
    const entry = endStep(beginStep(unknownEntry(0), step()), step({}, true), "failed");

    expect(entry.application).toEqual({ kind: "unknown", since: 5, deployment });
  });
});

describe("a reading of the host", () => {
  const deployed = endStep(
    beginStep(endStep(beginStep(adopted, files()), files(true), "succeeded"), step()),
    step({}, true),
    "succeeded",
  );
  const read = (entry: HostEntry, head: Sha, at = 9) =>
    readHost(entry, { kind: "checkout", release: { sha: head } }, at);

  it("confirms what is recorded", () => {
    const confirmed = read(deployed, otherSha);

    expect(confirmed).toEqual({ ...deployed, readAt: 9 });
  });

  it("tells of a checkout that was moved by hand: what runs is not known then", () => {
    const moved = read(deployed, C);

    expect(moved.drift).toEqual({ head: C, since: 9 });
    expect(certainOf(moved)).toMatchObject({ kind: "unknown", last: B });
    expect(read(moved, C, 10).drift).toEqual({ head: C, since: 9 });
  });

  it("forgets the drift when HEAD is again what is recorded, and when a deployment moves the files", () => {
    const moved = read(deployed, C);
    const next = step({ effect: "files", run: "x", order: { fence: 11, step: 3, ended: false } });

    expect(read(moved, otherSha, 10).drift).toBeUndefined();
    expect(beginStep(moved, next)).toMatchObject({ application: { kind: "unknown", last: B } });
    expect(beginStep(moved, next).drift).toBeUndefined();
  });

  it.each([
    ["where it was", sha],
    ["where it was to go", otherSha],
  ])("takes HEAD for certain %s after a move that did not end well", (_, head) => {
    const half = endStep(beginStep(adopted, files()), files(true), "failed");

    expect(half.files).toEqual({ kind: "moving", from: [sha], to: otherSha });
    expect(read(half, head)).toMatchObject({ files: { kind: "at", sha: head } });
    expect(read(half, head).drift).toBeUndefined();
  });

  it("tells of a checkout that is gone: what still runs is not known", () => {
    expect(readHost(deployed, { kind: "none" }, 9).application).toMatchObject({ kind: "unknown", last: B });
  });

  it("keeps release 0 known after deployments", () => {
    expect(deployed.adopted?.release).toEqual(A);
  });
});
