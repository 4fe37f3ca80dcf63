import { describe, expect, it } from "vitest";
import { placeInQueue } from "../../../src/deployments/forecast.js";
import { channelOf, environmentNames, findTarget, lookUpTarget } from "../../../src/deployments/targets.js";
import { aRecord, configWith, environmentInput, targetOf } from "./samples.js";

const config = configWith({ uat: environmentInput(), prod: environmentInput() });
const twoProjects = configWith(
  {},
  {
    projects: {
      shop: { repository: "acme/shop", environments: { uat: environmentInput(), prod: environmentInput() } },
      site: { repository: "acme/site", environments: { uat: environmentInput() } },
    },
  },
);

describe("findTarget", () => {
  it("finds the environment of the only project that has it", () => {
    expect(findTarget(twoProjects, "prod")).toMatchObject({ kind: "found", target: { project: "shop" } });
  });

  it("finds the environment of the named project", () => {
    expect(findTarget(twoProjects, "uat", "site")).toMatchObject({
      kind: "found",
      target: { project: "site" },
    });
  });

  it.each([
    [
      "an unknown project",
      "uat",
      "nope",
      { code: "unknown-project", project: "nope", known: ["shop", "site"] },
    ],
    [
      "an unknown environment",
      "qa",
      undefined,
      { code: "unknown-environment", environment: "qa", known: ["uat", "prod"] },
    ],
    [
      "an environment that another project has",
      "prod",
      "site",
      { code: "unknown-environment", environment: "prod", known: ["uat"] },
    ],
    [
      "an environment of two projects",
      "uat",
      undefined,
      { code: "ambiguous-project", environment: "uat", projects: ["shop", "site"] },
    ],
  ])("refuses %s", (_what, environment, project, refusal) => {
    expect(findTarget(twoProjects, environment, project)).toEqual({ kind: "refused", refusal });
  });

  it.each(["__proto__", "constructor", "toString"])("does not find %s on the object's prototype", (name) => {
    expect(findTarget(config, "uat", name)).toMatchObject({ refusal: { code: "unknown-project" } });
    expect(findTarget(config, name)).toMatchObject({ refusal: { code: "unknown-environment" } });
    expect(lookUpTarget(config, { project: "shop", environment: name })).toBeUndefined();
  });

  it("names each environment once", () => {
    expect(environmentNames(twoProjects)).toEqual(["uat", "prod"]);
  });
});

describe("channelOf", () => {
  const own = "112233445566778811";
  const ofProject = "112233445566778822";
  const withChannels = configWith(
    {},
    {
      projects: {
        shop: {
          repository: "acme/shop",
          channel: ofProject,
          environments: { uat: environmentInput({ channel: own }), prod: environmentInput() },
        },
      },
    },
  );

  it.each([
    ["the environment's own channel", withChannels, "uat", own],
    ["the project's", withChannels, "prod", ofProject],
    ["Discord's", config, "uat", "112233445566778800"],
  ])("takes %s", (_what, from, environment, channel) => {
    expect(channelOf(from, targetOf(from, "shop", environment))).toBe(channel);
  });
});

describe("placeInQueue", () => {
  const ran = (milliseconds: number) =>
    aRecord({ state: "succeeded", startedAt: 1_000, finishedAt: 1_000 + milliseconds });
  const running = aRecord({ number: 5, state: "running", startedAt: 10_000 });
  const next = aRecord({ number: 6 });
  const last = aRecord({ number: 7 });

  it("counts those that wait before it", () => {
    expect(placeInQueue(last, [running, next, last], [], 0)).toEqual({ position: 2 });
  });

  it("is the rest of the running one and the whole of those ahead, by the median of earlier runs", () => {
    const history = [ran(1_000), ran(4_000), ran(9_000)];

    const place = placeInQueue(last, [running, next, last], history, 11_000);

    expect(place).toEqual({ position: 2, startsAt: 11_000 + 3_000 + 4_000 });
  });

  it("does not promise the past when the running one takes longer than usual", () => {
    expect(placeInQueue(next, [running, next], [ran(1_000)], 50_000)).toEqual({
      position: 1,
      startsAt: 50_000,
    });
  });

  it("judges by runs that succeeded alone", () => {
    const broken = aRecord({ state: "failed", startedAt: 1, finishedAt: 2 });

    expect(placeInQueue(next, [next], [broken, ran(2_000)], 0)).toEqual({ position: 1, startsAt: 0 });
    expect(placeInQueue(next, [next], [broken], 0)).toEqual({ position: 1 });
  });
});
