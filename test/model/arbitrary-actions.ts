import fc from "fast-check";
import type { CiState } from "../../src/deployments/gates.js";
import type { Action, Disturbance, Pick, RefChoice, SimpleAction, WorldAction } from "./actions.js";
import { ENVIRONMENTS, type EnvironmentName, PROJECTS, type Variant } from "./settings.js";
import { BRANCHES, PEOPLE } from "./world.js";

const project = fc.constantFrom(...PROJECTS);
const environment = fc.oneof(
  { weight: 3, arbitrary: fc.constant<EnvironmentName>("prod") },
  fc.constantFrom(...ENVIRONMENTS),
);
const scope = fc.oneof({ weight: 4, arbitrary: environment }, fc.constant("all" as const));
const branch = fc.constantFrom(...BRANCHES);
const index = fc.nat({ max: PEOPLE.length - 1 });
const who = fc.record({
  able: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  index,
});
const back = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 6 }));
const pick: fc.Arbitrary<Pick> = fc.record({ among: fc.constantFrom("open", "open", "open", "all"), back });
const ended: fc.Arbitrary<Pick> = fc.record({ among: fc.constantFrom("all", "all", "all", "open"), back });
const rarely = (chances: number) => fc.nat({ max: chances }).map((value) => value === 0);
function sometimes<T>(chances: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: chances - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

const word = fc.oneof(
  { weight: 8, arbitrary: fc.constant("DEPLOY") },
  fc.constantFrom("deploy", "Deploy", " DEPLOY", "DEPLOY\n", "", "REFUSE"),
);
const kill = sometimes(
  4,
  fc.record({ at: fc.nat({ max: 60 }), when: fc.constantFrom("before" as const, "after" as const) }),
);

const kill10 = fc.record({
  at: fc.nat({ max: 12 }),
  when: fc.constantFrom("before" as const, "after" as const),
});
const fault = sometimes(
  3,
  fc.record({
    step: fc.nat({ max: 8 }),
    kind: fc.constantFrom("exits" as const, "lost" as const, "throws" as const),
  }),
);

const deploy = fc.record({
  type: fc.constant("deploy" as const),
  who,
  project,
  environment,
  ref: fc.oneof(
    { weight: 6, arbitrary: fc.constant<RefChoice>("release") },
    fc.constantFrom<RefChoice>("main", "commit", "unknown"),
  ),
  breakGlass: fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    fc.constantFrom("the shop is down", " "),
  ),
  again: rarely(8),
});
const promote = fc.record({
  type: fc.constant("promote" as const),
  who,
  project,
  from: fc.constantFrom<EnvironmentName>("preprod", "preprod", "uat"),
  to: environment,
});
const rollback = fc.record({
  type: fc.constant("rollback" as const),
  who,
  project,
  environment,
  to: sometimes(2, ended),
});
const again = fc.record({
  type: fc.constantFrom("roll-back-button" as const, "retry" as const),
  who,
  pick: ended,
});
const end = fc.record({ type: fc.constantFrom("refuse" as const, "cancel" as const), who, pick });
const button: fc.Arbitrary<SimpleAction> = fc.oneof(again, end);
const approving = {
  type: fc.constant("approve" as const),
  who,
  pick,
  word,
  own: rarely(8),
  kill: sometimes(10, kill10),
};
const approve = fc.record(approving);
const expire = fc.record({ type: fc.constant("expire" as const), pick });
const push = fc.record({ type: fc.constant("push" as const), project, branch, again: rarely(4) });

/** Many press the buttons of one message. */
const newest = fc.constant<Pick>({ among: "open", back: 0 });
const pressed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...approving, pick: newest, word: fc.constant("DEPLOY") }) },
  fc.record({ type: fc.constantFrom("refuse" as const, "cancel" as const), who, pick: newest }),
);
const rush = fc.record({
  type: fc.constant("together" as const),
  jitter: fc.integer({ min: 1, max: 0x7fffffff }),
  actions: fc.array(pressed, { minLength: 2, maxLength: 8 }),
});

/** While a run is under way, nothing starts another run inside of it. */
const inside = fc.oneof({ weight: 3, arbitrary: button }, approve, expire, push, deploy, world());
const meanwhile = sometimes(3, fc.record({ step: fc.nat({ max: 6 }), action: inside }));
const deliver = fc.record({ type: fc.constant("deliver" as const), pick, kill, fault, meanwhile });

const simple: fc.Arbitrary<SimpleAction> = fc.oneof(
  { weight: 5, arbitrary: deploy },
  { weight: 3, arbitrary: promote },
  { weight: 2, arbitrary: rollback },
  { weight: 4, arbitrary: button },
  { weight: 9, arbitrary: approve },
  { weight: 1, arbitrary: expire },
  { weight: 3, arbitrary: push },
  { weight: 6, arbitrary: deliver },
);

/** Many who press at once are often many who press the same. */
const together = fc.record({
  type: fc.constant("together" as const),
  jitter: fc.integer({ min: 1, max: 0x7fffffff }),
  actions: fc.oneof(
    fc.array(simple, { minLength: 2, maxLength: 5 }),
    fc.array(fc.oneof(approve, button, expire, deliver), { minLength: 2, maxLength: 8 }),
    fc.array(deliver, { minLength: 2, maxLength: 4 }),
    fc.tuple(deliver, deliver).map(([one, other]) => [one, { ...other, pick: one.pick }]),
  ),
});

/** Everything that changes the world by itself. */
function disturbance(): fc.Arbitrary<Disturbance> {
  const minutes = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 35 }) },
    fc.integer({ min: 60, max: 5 * 24 * 60 }),
  );
  const held = { who, project, environment: scope };
  const switches: fc.Arbitrary<keyof Variant> = fc.constantFrom(
    "otherRestart",
    "twoApprovers",
    "rollbacksNeedApproval",
    "protectedPreprod",
    "otherLockPolicy",
    "secondHost",
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("clock" as const), minutes }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("commit" as const), project, branch }) },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constant("ci" as const),
        project,
        branch,
        state: fc.constantFrom<CiState>("passed", "passed", "failed", "pending", "unknown", "missing"),
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant("configure" as const), change: switches }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant("roles" as const),
        index,
        bits: fc.oneof(fc.nat({ max: 16 }), fc.constantFrom(7, 7, 6)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant("faults" as const), members: rarely(4), github: rarely(4) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constantFrom("lock" as const, "freeze" as const), ...held, minutes }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constantFrom("unlock" as const, "unfreeze" as const),
        aimed: fc.boolean(),
        ...held,
      }),
    },
    { weight: 1, arbitrary: fc.constant({ type: "tend-locks" as const }) },
  );
}

function world(): fc.Arbitrary<WorldAction> {
  const disturbed = sometimes(2, disturbance());
  return fc.oneof(
    { weight: 16, arbitrary: disturbance() },
    { weight: 4, arbitrary: fc.record({ type: fc.constant("deliver-all" as const), fault }) },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant("ship" as const),
        project,
        until: fc.constantFrom("validated" as const, "asked" as const, "approved" as const, "run" as const),
        disturbed: fc.tuple(disturbed, disturbed),
        rush: sometimes(3, rush),
        fault,
      }),
    },
  );
}

export const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: simple },
  { weight: 4, arbitrary: world() },
  { weight: 2, arbitrary: together },
);
