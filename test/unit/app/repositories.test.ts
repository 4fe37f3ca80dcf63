import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { followersOf, type Push, receivePush } from "../../../src/app/deploy-push.js";
import {
  checkRepositories,
  idInsteadOfName,
  mayBeOf,
  type ProjectSighting,
  RepositoryUnknownError,
  reportSighting,
} from "../../../src/app/repositories.js";
import type { Config } from "../../../src/config/schema.js";
import { RepositoryStore } from "../../../src/repositories/repository-store.js";
import { type RedisFixture, startRedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease, configWith, environmentInput, otherSha } from "../deployments/samples.js";
import { type World, worldOf } from "./ports.js";

const config = configWith({ uat: environmentInput({ triggers: { push: "main" }, health: [] }) });
const NAME = "acme/shop";
const OURS = 7;
const THEIRS = 8;

let fixture: RedisFixture;
let world: World;

beforeAll(async () => {
  fixture = await startRedisFixture();
});
beforeEach(async () => {
  await fixture.redis.flushall();
  world = worldOf(fixture, config);
});
afterAll(() => fixture.close());

const pushOf = (repositoryId: number, repository = NAME, release = aRelease()): Push => ({
  ...{ repository, repositoryId, branch: "main", before: "0".repeat(40), pusher: "ada", forced: false },
  release,
});
let deliveries = 0;
const receive = (push: Push) => receivePush(world.parts, push, `delivery-${++deliveries}`);
const deployed = async () => (await world.store.newest({ project: "shop", environment: "uat" }, 9)).length;
const answer = (id: number, name = NAME) => ({ kind: "found", repository: { id, name } }) as const;
const sighting = (kind: ProjectSighting["kind"], id: number, name: string): ProjectSighting => ({
  ...{ project: "shop", repository: NAME, kind, id, name },
});
const withId = (repositoryId: number): Config => {
  const { shop } = config.projects;
  if (shop === undefined) throw new Error("the sample has a shop");
  return { ...config, projects: { shop: { ...shop, repositoryId } } };
};

describe("a push of a renamed repository", () => {
  it("is deployed by the id that the first push told, and seen once", async () => {
    await receive(pushOf(OURS));
    const renamed = pushOf(OURS, "acme/store", aRelease({ sha: otherSha }));

    const first = await receive(renamed);
    const second = await receive(renamed);

    expect(await deployed()).toBe(2);
    expect(first.followed).toMatchObject([{ outcome: { kind: "accepted", record: { repository: NAME } } }]);
    expect([first.seen, second.seen]).toEqual([[sighting("renamed", OURS, "acme/store")], []]);
  });

  it("is deployed although the id was never told, once GitHub says whose name it was", async () => {
    world.github.repositories.set(NAME, answer(OURS, "acme/store"));

    await receive(pushOf(OURS, "acme/store"));

    expect(await deployed()).toBe(1);
  });

  it("waits for a GitHub that does not answer", async () => {
    world.github.repositories.set(NAME, { kind: "unavailable" });

    await expect(receive(pushOf(OURS, "acme/store"))).rejects.toThrow(RepositoryUnknownError);
  });

  it("is seen again under each further name", async () => {
    await receive(pushOf(OURS));
    await receive(pushOf(OURS, "acme/store"));

    expect((await receive(pushOf(OURS, "other/store"))).seen).toEqual([
      sighting("renamed", OURS, "other/store"),
    ]);
  });

  it("is no news when only the case of its name differs", async () => {
    await receive(pushOf(OURS));

    expect((await receive(pushOf(OURS, "Acme/Shop"))).seen).toEqual([]);
  });
});

describe("a push of another repository", () => {
  it("that has taken the configured name is not deployed, and seen once", async () => {
    await receive(pushOf(OURS));

    const first = await receive(pushOf(THEIRS, NAME, aRelease({ sha: otherSha })));
    const second = await receive(pushOf(THEIRS, NAME, aRelease({ sha: otherSha })));

    expect(await deployed()).toBe(1);
    expect(first).toEqual({ followed: [], seen: [sighting("taken", THEIRS, NAME)], foreign: true });
    expect(second.seen).toEqual([]);
  });

  it("is not deployed, and is no news", async () => {
    await receive(pushOf(OURS));

    expect(await receive(pushOf(THEIRS, "acme/other"))).toEqual({ followed: [], seen: [], foreign: true });
  });

  it("is deployed once the configuration gives its id", async () => {
    await receive(pushOf(OURS));
    world = worldOf(fixture, withId(THEIRS));

    await receive(pushOf(THEIRS, NAME, aRelease({ sha: otherSha })));
    await receive(pushOf(OURS, "acme/store"));

    const records = await world.store.newest({ project: "shop", environment: "uat" }, 9);
    expect(records.map(({ release }) => release.sha)).toEqual([otherSha, aRelease().sha]);
  });
});

describe("a delivery that an earlier version persisted", () => {
  it("is deployed by its name", async () => {
    const { repositoryId: _, ...old } = pushOf(OURS);

    await receive(old);

    expect(await deployed()).toBe(1);
  });
});

describe("whether a push is persisted", () => {
  const mayBe = (push: Push) => mayBeOf(world.parts.repositories, followersOf(config, push.branch), push);

  it("depends on the id once that is known, and on no name", async () => {
    await receive(pushOf(OURS));

    expect(await mayBe(pushOf(OURS, "acme/store"))).toBe(true);
    expect(await mayBe(pushOf(THEIRS, "acme/other"))).toBe(false);
  });

  it("is yes for what may be a configured repository, and for the configured name", async () => {
    expect(await mayBe(pushOf(THEIRS, "acme/other"))).toBe(true);
    await receive(pushOf(OURS));
    expect(await mayBe(pushOf(THEIRS, NAME))).toBe(true);
  });

  it("is no for a branch that nothing follows", async () => {
    expect(await mayBe({ ...pushOf(OURS), branch: "feature" })).toBe(false);
  });
});

describe("a look at the configured repositories", () => {
  it("learns the ids, and is silent while each has its name", async () => {
    world.github.repositories.set(NAME, answer(OURS));

    expect(await checkRepositories(world.parts)).toEqual([]);
    expect((await receive(pushOf(THEIRS))).seen).toEqual([sighting("taken", THEIRS, NAME)]);
  });

  it("sees a rename and another one in its place, and asks GitHub by the id from then on", async () => {
    world.github.repositories.set(NAME, answer(OURS));
    await checkRepositories(world.parts);
    expect(await idInsteadOfName(world.parts, NAME)).toBeUndefined();

    world.github.repositories.set(NAME, answer(OURS, "acme/store"));
    expect(await checkRepositories(world.parts)).toEqual([sighting("renamed", OURS, "acme/store")]);
    world.github.repositories.set(NAME, answer(THEIRS));
    expect(await checkRepositories(world.parts)).toEqual([sighting("taken", THEIRS, NAME)]);

    expect(await idInsteadOfName(world.parts, "Acme/Shop")).toBe(OURS);
    expect(await idInsteadOfName(world.parts, "acme/other")).toBeUndefined();
  });

  it("learns anew what the configuration calls otherwise", async () => {
    await receive(pushOf(OURS));
    const { shop } = config.projects;
    if (shop === undefined) throw new Error("the sample has a shop");
    const moved = { ...config, projects: { shop: { ...shop, repository: "acme/store" } } };
    world = worldOf(fixture, moved);

    await receive(pushOf(THEIRS, "acme/store", aRelease({ sha: otherSha })));

    expect(await deployed()).toBe(2);
  });
});

describe("what people are told", () => {
  it("is asked for until they were told, and is told once", async () => {
    await receive(pushOf(OURS));
    const push = pushOf(OURS, "acme/store");
    await receive(push);
    await receive(push);
    const about = sighting("renamed", OURS, "acme/store");
    expect(world.queues.notices).toEqual([about, about]);

    const told: ProjectSighting[] = [];
    const failing = { ...world.parts, report: () => Promise.reject(new Error("Discord is away")) };
    await expect(reportSighting(failing, about)).rejects.toThrow("Discord is away");
    for (let times = 0; times < 2; times++) {
      await reportSighting({ ...world.parts, report: async (each) => void told.push(each) }, about);
    }
    await receive(push);

    expect(told).toEqual([about]);
    expect(world.queues.notices).toHaveLength(2);
  });

  it("is nothing once the configuration has the new name", async () => {
    await receive(pushOf(OURS));
    await receive(pushOf(OURS, "acme/store"));
    const { shop } = config.projects;
    if (shop === undefined) throw new Error("the sample has a shop");
    const changed = { ...config, projects: { shop: { ...shop, repository: "acme/store" } } };
    const report = () => Promise.reject(new Error("told in vain"));

    await reportSighting(
      { ...world.parts, config: changed, report },
      sighting("renamed", OURS, "acme/store"),
    );
  });
});

describe("what is stored", () => {
  it.each([["nonsense"], ["{}"], ['{"project":"shop","repository":"acme/shop","id":"7","sightings":[]}']])(
    "counts as unknown where it reads %s",
    async (stored) => {
      await fixture.redis.hset("slipway:repositories", "shop/*", stored);

      await receive(pushOf(OURS));

      expect(await new RepositoryStore(fixture.redis).find("shop", NAME)).toMatchObject({ id: OURS });
    },
  );

  it("keeps the id that was learned first when two are learned at once", async () => {
    const store = new RepositoryStore(fixture.redis);

    const learned = await Promise.all([OURS, THEIRS].map((id) => store.learn("shop", NAME, id)));

    expect(new Set(learned.map(({ id }) => id)).size).toBe(1);
  });
});
