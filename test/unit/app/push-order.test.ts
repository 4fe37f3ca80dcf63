import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { BranchUnknownError, checkBranch } from "../../../src/app/check-branch.js";
import { deployPush, type Push } from "../../../src/app/deploy-push.js";
import { runDeployment } from "../../../src/app/run-deployment.js";
import { Sha } from "../../../src/deployments/release.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput } from "../deployments/samples.js";
import { type World, worldOf } from "./ports.js";

const config = configWith({ uat: environmentInput({ triggers: { push: "main" }, health: [] }) });
const uat = { project: "shop", environment: "uat" };
const MINUTE = 60_000;

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await renew();
});
afterAll(() => fixture.close());

async function renew(): Promise<void> {
  await fixture.redis.flushall();
  world = worldOf(fixture, config);
}

interface Event {
  readonly push: Push;
  readonly delivery: string;
}

/** A branch on GitHub: where it was, and the webhooks that tell of it. */
class Branch {
  readonly heads: Sha[] = [];
  readonly events: Event[] = [];
  #commits = 0;

  constructor() {
    this.heads.push(this.#commit());
    this.show();
  }

  get head(): Sha {
    return this.heads.at(-1) as Sha;
  }

  /** Adds a commit to the head, or to the one that the branch pointed to so many moves ago. */
  commit(movesAgo = 0): Event {
    return this.#move(this.#commit(this.heads.at(-1 - movesAgo) ?? this.head), movesAgo > 0);
  }

  /** Goes back to the commit that it pointed to so many moves ago. */
  goBack(movesAgo: number): Event {
    return this.#move(this.heads.at(-1 - movesAgo) ?? this.heads[0] ?? this.head, true);
  }

  /** Has GitHub's API answer what was so many moves ago. */
  show(movesAgo = 0): void {
    world.github.branchHeads.set("main", {
      kind: "head",
      sha: this.heads.at(-1 - movesAgo) ?? this.head,
    });
  }

  #commit(parent?: Sha): Sha {
    this.#commits += 1;
    const sha = Sha.parse(this.#commits.toString(16).padStart(40, "0"));
    if (parent !== undefined) world.github.parents.set(sha, parent);
    return sha;
  }

  #move(to: Sha, forced: boolean): Event {
    const event = {
      push: {
        ...{ repository: "acme/shop", branch: "main", before: this.head, pusher: "ada", forced },
        release: aRelease({ sha: to }),
      },
      delivery: String(this.events.length),
    };
    this.heads.push(to);
    this.events.push(event);
    this.show();
    return event;
  }
}

const deliver = ({ push, delivery }: Event) => deployPush(world.parts, push, delivery);

async function runOldest(): Promise<boolean> {
  const [oldest] = await world.store.open(uat);
  if (oldest === undefined) return false;
  await runDeployment(world.parts, oldest.id, "worker");
  return true;
}

/** Reads every branch once that is to be read again. */
async function lookAgain(): Promise<void> {
  for (const [id, check] of [...world.queues.checks]) {
    try {
      if ((await checkBranch(world.parts, check)).kind === "done") world.queues.checks.delete(id);
    } catch (error) {
      if (!(error instanceof BranchUnknownError)) throw error;
    }
  }
}

/** GitHub catches up, and everything that waits is done. */
async function settle(branch: Branch): Promise<void> {
  branch.show();
  do {
    world.clock.now += 3 * MINUTE;
    await lookAgain();
    while (await runOldest());
  } while (world.queues.checks.size > 0);
}

async function running(): Promise<string | undefined> {
  return (await world.store.current(uat))?.release.sha;
}

async function deployed(): Promise<readonly string[]> {
  const records = await world.store.newest(uat, 50);
  return records
    .filter(({ state }) => state === "succeeded")
    .map(({ release }) => release.sha)
    .reverse();
}

describe("a push that arrives after a newer one", () => {
  it("deploys nothing when the newer one was deployed", async () => {
    const branch = new Branch();
    const [a, b] = [branch.commit(), branch.commit()];

    await deliver(b);
    await runOldest();
    await deliver(a);
    await settle(branch);

    expect(await deployed()).toEqual([branch.head]);
  });

  it("does not replace the newer one that waits", async () => {
    const branch = new Branch();
    const [a, b] = [branch.commit(), branch.commit()];

    await deliver(b);
    await deliver(a);
    await settle(branch);

    expect(await deployed()).toEqual([branch.head]);
  });

  it("deploys nothing when the newer one overtakes it while it is judged", async () => {
    const branch = new Branch();
    const first = branch.commit();
    await deliver(first);
    await runOldest();
    const a = branch.commit();
    const { followed } = world.parts;
    const find = followed.find.bind(followed);
    const overtake = vi.spyOn(followed, "find").mockImplementationOnce(async (...asked) => {
      const known = await find(...asked);
      await deliver(branch.commit());
      return known;
    });

    await deliver(a);
    overtake.mockRestore();
    await settle(branch);

    expect(await deployed()).toEqual([first.push.release.sha, branch.head]);
    const requested = (await world.store.newest(uat, 10)).map(({ release }) => release.sha);
    expect(requested).toEqual([branch.head, first.push.release.sha]);
  });

  it("deploys the head when the newer one never arrives", async () => {
    const branch = new Branch();
    const late = branch.commit();
    branch.commit();

    await deliver(late);
    await settle(branch);

    expect(await deployed()).toEqual([branch.head]);
  });

  it("deploys nothing again when GitHub delivers it again days later", async () => {
    const branch = new Branch();
    const [a, b] = [branch.commit(), branch.commit()];
    await deliver(a);
    await runOldest();
    await deliver(b);
    await settle(branch);
    const before = await deployed();

    world.clock.now += 5 * 24 * 60 * MINUTE;
    for (const event of [a, b, a]) await deliver(event);
    await deployPush(world.parts, a.push, "a new id");
    await settle(branch);

    expect(await deployed()).toEqual(before);
  });

  it.each([["GitHub is down"], ["GitHub does not show the repository"]])(
    "is known as old when %s",
    async (fault) => {
      const branch = new Branch();
      const [a, b] = [branch.commit(), branch.commit()];
      if (fault === "GitHub is down") world.github.silent = true;
      else world.github.branchHeads.clear();

      await deliver(b);
      await runOldest();
      await deliver(a);
      while (await runOldest());

      expect(await deployed()).toEqual([branch.head]);
    },
  );
});

describe("a branch that goes back to an earlier commit", () => {
  it("deploys that commit again", async () => {
    const branch = new Branch();
    await deliver(branch.commit());
    await settle(branch);
    await deliver(branch.commit());
    await settle(branch);

    await deliver(branch.goBack(1));
    await settle(branch);

    const [first, second] = [branch.heads[1], branch.heads[2]];
    expect(await deployed()).toEqual([first, second, first]);
  });

  it("does so although GitHub's API is behind its webhook", async () => {
    const branch = new Branch();
    await deliver(branch.commit());
    await settle(branch);
    await deliver(branch.commit());
    await settle(branch);
    const back = branch.goBack(1);

    branch.show(1);
    await deliver(back);
    await settle(branch);

    expect(await running()).toBe(branch.heads[1]);
  });
});

describe("a push", () => {
  it("waits for an API that does not know it yet, and is deployed once", async () => {
    const branch = new Branch();
    await deliver(branch.commit());
    await settle(branch);
    const push = branch.commit();
    branch.show(1);

    expect(await deliver(push)).toMatchObject([{ outcome: { kind: "known" } }]);
    await settle(branch);

    expect(await deployed()).toEqual(branch.heads.slice(1));
  });

  it("is deployed when GitHub is down, and corrected once it answers", async () => {
    const branch = new Branch();
    const push = branch.commit();
    branch.commit();
    world.github.silent = true;

    await deliver(push);
    await runOldest();
    await lookAgain();
    expect(await running()).toBe(push.push.release.sha);
    world.github.silent = false;
    await settle(branch);

    expect(await running()).toBe(branch.head);
  });

  it("starts nothing of a branch that was deleted", async () => {
    const branch = new Branch();
    const push = branch.commit();
    world.github.branchHeads.set("main", { kind: "missing" });

    await deliver(push);
    world.clock.now += 3 * MINUTE;
    await lookAgain();

    expect(world.queues.checks.size).toBe(0);
    expect(await world.store.newest(uat, 5)).toEqual([]);
  });

  it("gives its place to a newer head right before it runs", async () => {
    const branch = new Branch();
    await deliver(branch.commit());
    branch.commit();

    await settle(branch);

    expect(await deployed()).toEqual([branch.head]);
    expect((await world.store.newest(uat, 5)).map(({ state }) => state)).toEqual(["succeeded", "superseded"]);
  });
});

const move = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant("commit" as const), ago: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("commit" as const), ago: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant("back" as const), ago: fc.integer({ min: 1, max: 3 }) }),
  },
);
const action = fc.oneof(
  { weight: 3, arbitrary: move },
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant("deliver" as const), pick: fc.nat(), lag: fc.nat(2) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("run" as const), lag: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("look" as const), lag: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("down" as const), down: fc.boolean() }) },
);

type Action = typeof action extends fc.Arbitrary<infer One> ? One : never;

async function play(branch: Branch, step: Action): Promise<void> {
  // So soon after a push GitHub's API may be behind.
  world.clock.now += 1_000;
  if ("lag" in step) branch.show(step.lag);
  switch (step.type) {
    case "commit":
      branch.commit(step.ago);
      break;
    case "back":
      branch.goBack(step.ago);
      break;
    case "deliver": {
      const event = branch.events[step.pick % Math.max(1, branch.events.length)];
      if (event !== undefined) await deliver(event);
      break;
    }
    case "run":
      await runOldest();
      break;
    case "look":
      await lookAgain();
      break;
    case "down":
      world.github.silent = step.down;
  }
}

describe("pushes in any order", () => {
  it("end with the head of the branch running", async () => {
    const story = fc.record({
      steps: fc.array(action, { minLength: 2, maxLength: 16 }),
      rest: fc.array(fc.nat(), { maxLength: 12 }),
      lateLag: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ steps, rest, lateLag }) => {
        await renew();
        const branch = new Branch();
        branch.commit();
        for (const step of steps) await play(branch, step);
        world.github.silent = false;
        branch.show(lateLag);
        // Every push arrives in the end, in any order, some of them once more.
        const order = [...rest.map((pick) => pick % branch.events.length), ...branch.events.keys()];
        for (const index of order.sort((a, b) => ((a * 7 + 3) % 5) - ((b * 7 + 3) % 5))) {
          await deliver(branch.events[index] as Event);
        }
        await settle(branch);

        expect(await running()).toBe(branch.head);
      }),
      { numRuns: 60 },
    );
  });
});
