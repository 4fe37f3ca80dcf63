import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Approval,
  type DeploymentRecord,
  DeploymentState,
  type Failure,
  isFinal,
  type StepRecord,
} from "../../../src/deployments/record.js";
import {
  approve,
  changeStep,
  declareVoid,
  expire,
  fail,
  failStep,
  loseTrack,
  markFailed,
  refuse,
  requestCancel,
  requestStop,
  runAgain,
  start,
  stopCancelled,
  succeed,
  supersede,
  takeOver,
} from "../../../src/deployments/transitions.js";
import { aRecord, aStep } from "./samples.js";

type Transition = (record: DeploymentRecord) => DeploymentRecord | undefined;

const report = { failure: { code: "interrupted" as const } };
const EXPIRES_AT = 100;
const steps = [aStep({ id: "one" }), aStep({ id: "two" }), aStep({ id: "three" })];

function anApproval(changes: Partial<Approval> = {}): Approval {
  return {
    ...{ reason: "protected", quorum: 1, requesterMayApprove: false },
    ...{ expiresAt: EXPIRES_AT, planHash: "0".repeat(64), given: [] },
    ...changes,
  };
}

const ada = { userId: "1", userName: "ada" };
const grace = { userId: "2", userName: "grace" };

const transitions = {
  start: (record) => start(record, { claim: "claim", fence: 1 }, { steps, planHash: "plan" }, 2),
  succeed: (record) => succeed(record, 3),
  fail: (record) => fail(record, report, 3),
  loseTrack: (record) => loseTrack(record, report, 3),
  supersede: (record) => supersede(record, 8, 3),
  approve: (record) => approve(record, ada, 3),
  refuse: (record) => refuse(record, ada, 3),
  expire: (record) => expire(record, EXPIRES_AT),
  declareVoid: (record) => declareVoid(record, { code: "plan-changed" }, 3),
  requestCancel: (record) => requestCancel(record, ada, 3),
  stopCancelled: (record) => stopCancelled(record, 3),
  takeOver: (record) => takeOver(record, { claim: "other", fence: 2 }),
  requestStop: (record) => requestStop(record, grace, 4),
  markFailed: (record) => markFailed(record, ada),
  runAgain: (record) => runAgain(record, ada),
} as const satisfies Record<string, Transition>;

type Name = keyof typeof transitions;
const names = Object.keys(transitions) as Name[];

/** What each transition makes of each state; what is not here is not legal. */
const legal: Readonly<Record<DeploymentState, Partial<Record<Name, DeploymentState>>>> = {
  "awaiting-approval": {
    approve: "queued",
    refuse: "refused",
    expire: "expired",
    declareVoid: "void",
    requestCancel: "cancelled",
    supersede: "superseded",
  },
  queued: {
    start: "running",
    supersede: "superseded",
    fail: "failed",
    declareVoid: "void",
    requestCancel: "cancelled",
  },
  running: {
    succeed: "succeeded",
    fail: "failed",
    loseTrack: "indeterminate",
    requestCancel: "running",
    stopCancelled: "cancelled",
    takeOver: "running",
    requestStop: "running",
  },
  succeeded: {},
  failed: {},
  superseded: {},
  cancelled: {},
  refused: {},
  expired: {},
  void: {},
  indeterminate: { markFailed: "failed", runAgain: "queued" },
};

const cases = DeploymentState.options.flatMap((state) =>
  names.map((name) => [state, name, legal[state][name]] as const),
);

describe("the state machine", () => {
  it.each(cases)("from %s, %s leads to %s", (state, name, expected) => {
    const asked = name === "stopCancelled" || name === "requestStop" ? { cancelRequestedBy: ada } : {};
    const record = aRecord({ state, approval: anApproval(), ...asked });

    const next = transitions[name](record);

    expect(next?.state).toBe(expected);
  });

  it("keeps the record that it is given", () => {
    const record = aRecord();
    const before = structuredClone(record);

    start(record, { claim: "claim", fence: 1 }, { steps, planHash: "plan" }, 2);

    expect(record).toEqual(before);
  });

  it.each(DeploymentState.options.filter((state) => state !== "running"))(
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

describe("a claim", () => {
  const claim = { claim: "worker 1", fence: 5 };
  const plan = { steps, planHash: "plan" };
  const begun = aRecord({ state: "running", ...claim, ...plan, startedAt: 2 });

  it("begins a deployment once, and is told the same when it asks again", () => {
    const later = { steps: [], planHash: "another" };

    expect(start(aRecord(), claim, plan, 2)).toEqual(begun);
    expect(start(begun, claim, later, 9)).toBe(begun);
  });

  it("does not begin what another worker has begun", () => {
    expect(start(begun, { ...claim, claim: "worker 2" }, plan, 3)).toBeUndefined();
  });

  it("is taken over with all that the deployment has come to", () => {
    expect(takeOver(begun, { claim: "worker 2", fence: 6 })).toEqual({
      ...begun,
      ...{ claim: "worker 2", fence: 6 },
    });
  });

  it("is not taken over by a worker that was given its fence before the one that has it", () => {
    const taken = takeOver(begun, { claim: "worker 3", fence: 7 });

    expect(taken && takeOver(taken, { claim: "worker 2", fence: 6 })).toBeUndefined();
    expect(taken && takeOver(taken, { claim: "worker 2", fence: 7 })).toBeUndefined();
  });

  it("is taken over once by a worker that asks again", () => {
    const taken = takeOver(begun, { claim: "worker 2", fence: 6 });

    expect(taken && takeOver(taken, { claim: "worker 2", fence: 6 })).toBe(taken);
  });

  it("is taken over from a worker that had no fence", () => {
    const { fence: _, ...unfenced } = begun;

    expect(takeOver(unfenced, { claim: "worker 2", fence: 1 })).toMatchObject({ claim: "worker 2" });
  });
});

describe("a step that failed", () => {
  const running = aRecord({
    state: "running",
    steps: [aStep({ id: "one", state: "running", startedAt: 1 }), aStep({ id: "two" })],
  });
  const why = { failure: { code: "exited", exitCode: 3 }, tail: "no space left" } as const;

  it("is in the record with its reason while the deployment still runs", () => {
    expect(failStep(running, "one", why, 7)).toEqual({
      ...{ ...running, ...why, failedStep: "one" },
      steps: [{ ...running.steps[0], state: "failed", finishedAt: 7 }, running.steps[1]],
    });
  });

  it("is none once the deployment has ended", () => {
    expect(failStep({ ...running, state: "indeterminate" }, "one", why, 7)).toBeUndefined();
  });
});

describe("an approval", () => {
  const waiting = (changes: Partial<Approval> = {}) =>
    aRecord({ state: "awaiting-approval", approval: anApproval(changes) });

  it("waits for as many different people as the quorum says", () => {
    const first = approve(waiting({ quorum: 2 }), ada, 3);
    const second = first && approve(first, grace, 4);

    expect(first?.state).toBe("awaiting-approval");
    expect(second).toMatchObject({
      state: "queued",
      approval: {
        given: [
          { ...ada, at: 3 },
          { ...grace, at: 4 },
        ],
      },
    });
  });

  it("counts a person once", () => {
    const first = approve(waiting({ quorum: 2 }), ada, 3);

    expect(first && approve(first, { ...ada, userName: "ada, renamed" }, 4)).toBeUndefined();
  });

  it("is too late from the very moment at which it expires", () => {
    expect(approve(waiting(), ada, EXPIRES_AT - 1)?.state).toBe("queued");
    expect(approve(waiting(), ada, EXPIRES_AT)).toBeUndefined();
    expect(expire(waiting(), EXPIRES_AT - 1)).toBeUndefined();
  });

  it("cannot be given, nor run out, where none was asked for", () => {
    const asksNobody = aRecord({ state: "awaiting-approval" });

    expect([approve(asksNobody, ada, 3), expire(asksNobody, EXPIRES_AT)]).toEqual([undefined, undefined]);
  });
});

describe("a cancellation", () => {
  const running = aRecord({
    state: "running",
    steps: [aStep({ id: "one", state: "succeeded" }), aStep({ id: "two" })],
  });

  it("only asks a running deployment to stop, and once", () => {
    const asked = requestCancel(running, ada, 3);

    expect(asked).toEqual({ ...running, cancelRequestedBy: ada });
    expect(asked && requestCancel(asked, grace, 4)).toBeUndefined();
  });

  it("says who wanted it, and skips what never started", () => {
    const asked = requestCancel(running, ada, 3);

    expect(asked && stopCancelled(asked, 5)).toMatchObject({
      ...{ state: "cancelled", endedBy: ada, finishedAt: 5 },
      steps: [{ state: "succeeded" }, { state: "skipped" }],
    });
  });

  it("does not stop what nobody asked to stop", () => {
    expect(stopCancelled(running, 5)).toBeUndefined();
  });

  it("can be hastened once, after it was asked for", () => {
    const asked = requestCancel(running, ada, 3);
    const hastened = asked && requestStop(asked, grace, 4);

    expect(requestStop(running, grace, 4)).toBeUndefined();
    expect(hastened).toEqual({ ...asked, stopRequestedBy: grace, stopRequestedAt: 4 });
    expect(hastened && requestStop(hastened, ada, 5)).toBeUndefined();
  });
});

describe("a deployment that broke off", () => {
  const finished = aStep({ id: "one", state: "succeeded", run: "x.1.1", startedAt: 1, finishedAt: 2 });
  const brokenOff = (failure: Failure, changes: Partial<DeploymentRecord> = {}) =>
    aRecord({
      state: "indeterminate",
      steps: [
        finished,
        aStep({ id: "two", state: "failed", run: "x.2.1", startedAt: 3, finishedAt: 4 }),
        aStep({ id: "three", state: "skipped" }),
      ],
      ...{ failure, failedStep: "two", tail: "half", tailOf: "step" as const, startedAt: 1, finishedAt: 4 },
      ...changes,
    });
  const died = { code: "runner-died", reason: "killed" } as const;
  const lost = { code: "lost", reason: "no contact" } as const;

  it("has failed when somebody says so, and says who", () => {
    expect(markFailed(brokenOff(died), ada)).toEqual({
      ...brokenOff(died),
      ...{ state: "failed", judgedBy: ada, markedFailed: true },
    });
  });

  it("runs again as if its end had not been, but for what ended well", () => {
    const asked = { cancelRequestedBy: grace, stopRequestedBy: grace, stopRequestedAt: 4 };
    const { failure: _f, failedStep: _s, tail: _t, tailOf: _o, finishedAt: _a, ...kept } = brokenOff(died);

    expect(runAgain(brokenOff(died, asked), ada)).toEqual({
      ...{ ...kept, state: "queued", judgedBy: ada, reruns: 1 },
      steps: [finished, aStep({ id: "two", run: "x.2.1", attempt: 2 }), aStep({ id: "three" })],
    });
  });

  it.each([lost, { code: "interrupted" }, { code: "internal", message: "TypeError" }] as const)(
    "stays the same run where that may go on: %j",
    (failure) => {
      expect(runAgain(brokenOff(failure), ada)?.steps[1]).toEqual(aStep({ id: "two", run: "x.2.1" }));
    },
  );

  it("counts every time that a step is begun anew", () => {
    const again = runAgain(brokenOff(died), ada);
    const diedAgain = again && { ...brokenOff(died), steps: again.steps.map(failed) };

    expect(diedAgain && runAgain(diedAgain, ada)?.steps[1]?.attempt).toBe(3);

    function failed(step: StepRecord): StepRecord {
      return step.id === "two" ? { ...step, state: "failed" } : step;
    }
  });

  it.each([
    ["void", (record: DeploymentRecord) => declareVoid(record, { code: "plan-changed" }, 9)],
    ["cancelled", (record: DeploymentRecord) => requestCancel(record, ada, 9)],
  ] as const)("leaves its step unknown when it is %s before it goes on", (state, end) => {
    const again = runAgain(brokenOff(lost), ada);
    const ended = again && end(again);

    expect(ended?.state).toBe(state);
    expect(ended?.steps.map((step) => step.state)).toEqual(["succeeded", "failed", "skipped"]);
  });

  it("is not replaced by a newer push once somebody had it run again", () => {
    const again = runAgain(brokenOff(lost), ada);

    expect(again && supersede(again, 8, 9)).toBeUndefined();
  });
});

/** What people say of a deployment that broke off: the only way out of a final state. */
const judgements: readonly Name[] = ["markFailed", "runAgain"];

const move = fc.oneof(
  fc
    .constantFrom(...names.filter((name) => !judgements.includes(name)))
    .map((name): Transition => transitions[name]),
  fc.constant<Transition>((record) => approve(record, grace, 4)),
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

const beginnings = fc.constantFrom(
  aRecord(),
  aRecord({ state: "awaiting-approval", approval: anApproval({ quorum: 2 }) }),
  aRecord({ state: "running", steps, startedAt: 1 }),
);
const moves = fc.array(move, { maxLength: 30, size: "max" });
const judgedMoves = fc.array(
  fc.oneof(
    move,
    fc.constantFrom(...judgements).map((name): Transition => transitions[name]),
  ),
  { maxLength: 30, size: "max" },
);

function play(first: DeploymentRecord, played: readonly Transition[]): readonly DeploymentRecord[] {
  const history = [first];
  for (const next of played) {
    const record = history.at(-1);
    const changed = record && next(record);
    if (changed !== undefined) history.push(changed);
  }
  return history;
}

describe("any sequence of transitions", () => {
  it("never leaves a final state without somebody's word", () => {
    fc.assert(
      fc.property(beginnings, moves, (first, played) => {
        const firstFinal = play(first, played).findIndex(isFinal);
        expect([-1, play(first, played).length - 1]).toContain(firstFinal);
      }),
    );
  });

  it("leaves no step running in a final record that did not succeed", () => {
    fc.assert(
      fc.property(beginnings, judgedMoves, (first, played) => {
        const last = play(first, played).at(-1);
        fc.pre(last !== undefined && isFinal(last) && last.state !== "succeeded");
        expect(last?.steps.filter(({ state }) => state === "running" || state === "pending")).toEqual([]);
      }),
    );
  });
});
