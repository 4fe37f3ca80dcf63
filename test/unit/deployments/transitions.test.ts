import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DeploymentRecord, DeploymentState, isFinal } from "../../../src/deployments/record.js";
import {
  changeStep,
  fail,
  loseTrack,
  start,
  succeed,
  supersede,
} from "../../../src/deployments/transitions.js";
import { aRecord, aStep } from "./samples.js";

type Transition = (record: DeploymentRecord) => DeploymentRecord | undefined;

const report = { failure: { code: "interrupted" as const } };
const steps = [aStep({ id: "one" }), aStep({ id: "two" }), aStep({ id: "three" })];

const transitions = {
  start: (record) => start(record, "claim", steps, 2),
  succeed: (record) => succeed(record, 3),
  fail: (record) => fail(record, report, 3),
  loseTrack: (record) => loseTrack(record, report, 3),
  supersede: (record) => supersede(record, 8, 3),
} as const satisfies Record<string, Transition>;

type Name = keyof typeof transitions;
const names = Object.keys(transitions) as Name[];

/** What each transition makes of each state; what is not here is not legal. */
const legal: Readonly<Record<DeploymentState, Partial<Record<Name, DeploymentState>>>> = {
  queued: { start: "running", supersede: "superseded", fail: "failed" },
  running: { succeed: "succeeded", fail: "failed", loseTrack: "indeterminate" },
  succeeded: {},
  failed: {},
  superseded: {},
  indeterminate: {},
};

const cases = DeploymentState.options.flatMap((state) =>
  names.map((name) => [state, name, legal[state][name]] as const),
);

describe("the state machine", () => {
  it.each(cases)("from %s, %s leads to %s", (state, name, expected) => {
    const record = aRecord({ state });

    const next = transitions[name](record);

    expect(next?.state).toBe(expected);
  });

  it("keeps the record that it is given", () => {
    const record = aRecord();
    const before = structuredClone(record);

    start(record, "claim", steps, 2);

    expect(record).toEqual(before);
  });

  it.each(["queued", "succeeded", "failed", "superseded", "indeterminate"] as const)(
    "changes no step of a deployment that is %s",
    (state) => {
      expect(changeStep(aRecord({ state, steps }), "one", { state: "running" })).toBeUndefined();
    },
  );

  it("ends the running step and skips those that never started when a deployment fails", () => {
    const running = aRecord({
      state: "running",
      steps: [
        aStep({ id: "one", state: "succeeded", finishedAt: 1 }),
        aStep({ id: "two", state: "running", startedAt: 1 }),
        aStep({ id: "three" }),
      ],
    });

    const failed = fail(running, report, 9);

    expect(failed?.steps.map(({ state, finishedAt }) => [state, finishedAt])).toEqual([
      ["succeeded", 1],
      ["failed", 9],
      ["skipped", undefined],
    ]);
  });
});

const move = fc.oneof(
  fc.constantFrom(...names).map((name): Transition => transitions[name]),
  fc.record({ id: fc.constantFrom("one", "two", "three"), last: fc.boolean() }).map(
    ({ id, last }): Transition =>
      (record) =>
        changeStep(
          record,
          id,
          last ? { state: "succeeded", finishedAt: 2 } : { state: "running", startedAt: 1 },
        ),
  ),
);

function play(moves: readonly Transition[]): readonly DeploymentRecord[] {
  const history = [aRecord()];
  for (const next of moves) {
    const record = history.at(-1);
    const changed = record && next(record);
    if (changed !== undefined) history.push(changed);
  }
  return history;
}

describe("any sequence of transitions", () => {
  it("never leaves a final state", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const firstFinal = play(moves).findIndex(isFinal);
        expect([-1, play(moves).length - 1]).toContain(firstFinal);
      }),
    );
  });

  it("leaves no step running in a final record that did not succeed", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const last = play(moves).at(-1);
        fc.pre(last !== undefined && isFinal(last) && last.state !== "succeeded");
        expect(last?.steps.filter(({ state }) => state === "running" || state === "pending")).toEqual([]);
      }),
    );
  });
});
