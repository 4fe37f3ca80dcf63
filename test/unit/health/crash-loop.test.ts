import { describe, expect, it } from "vitest";
import { judgeContainers, parseContainers } from "../../../src/health/containers.js";
import { RestartMemory } from "../../../src/health/restart-memory.js";
import { failingWith, OK, Play, watching } from "./incidents/samples.js";

const START = Date.parse("2026-11-30T12:00:00Z");
const DAY = 86_400;

interface Falling {
  /** Seconds from the start at which it falls; it runs again at once. */
  readonly falls: readonly number[];
  readonly health?: string | null;
  readonly id?: string;
}

/** What Docker says of a container at a second. */
function inspected({ falls, health = null, id = "c1" }: Falling, second: number): string {
  const before = falls.filter((fall) => fall <= second);
  const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
  return [
    { now: at(second).replace(/\.\d+/, "") },
    {
      ...{ id, name: "/shop-web-1", service: "web", oneOff: "False", status: "running", health },
      ...{ restarts: before.length, createdAt: at(-DAY), startedAt: at(before.at(-1) ?? -DAY) },
    },
  ]
    .map((line) => JSON.stringify(line))
    .join("\n");
}

/** Whether each of the looks finds it well. */
function looks(memory: RestartMemory, container: Falling, seconds: readonly number[]): readonly boolean[] {
  return seconds.map((second) => {
    const containers = parseContainers(inspected(container, second), memory);
    return containers !== undefined && judgeContainers(containers, undefined) === undefined;
  });
}

const every = (seconds: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / seconds) + 1 }, (_, index) => from + index * seconds);

describe("a container that falls every 20 s", () => {
  it.each([null, "starting"])("is down, whenever it is looked at (health check: %s)", (health) => {
    const container = { falls: every(20, 5, 1_200), health };
    const memory = new RestartMemory();
    looks(memory, container, [0]);

    expect(looks(memory, container, [75, 77, 88, 93, 99, 104]).includes(true)).toBe(false);
  });

  it("is told of once, within two minutes of a probe each minute", () => {
    const container = { falls: every(20, 5, 1_200) };
    const memory = new RestartMemory();
    const play = new Play(watching({ prod: {} }));
    let scheduled = 0;
    for (let second = 0; second <= 600; second++) {
      const asked = (play.board.environments["shop/prod"]?.nextProbeAt ?? Number.POSITIVE_INFINITY) / 1000;
      if (second !== scheduled && second + 1_700_000_000 < asked) continue;
      if (second === scheduled) scheduled += 60;
      const [well] = looks(memory, container, [second]);
      play.sweep("prod", well ? OK : failingWith("status"), second);
    }

    expect(play.of("open")).toHaveLength(1);
    expect(play.incident.members[0]?.confirmedAt).toBeLessThan((1_700_000_000 + 130) * 1000);
    expect(play.of("recover")).toEqual([]);
  });

  it("is well again once it stays", () => {
    const container = { falls: every(20, 5, 200) };
    const memory = new RestartMemory();
    looks(memory, container, every(10, 0, 200));

    expect(looks(memory, container, [210, 250, 300])).toEqual([false, true, true]);
  });

  it("is another one once it was made anew", () => {
    const memory = new RestartMemory();
    looks(memory, { falls: every(20, 5, 200) }, every(10, 0, 200));

    expect(looks(memory, { falls: [], id: "c2" }, [205])).toEqual([true]);
  });

  it("is found by a process that has just started, where it always did", () => {
    const container = { falls: every(20, -DAY + 20, 1_200) };

    expect(looks(new RestartMemory(), container, [14])).toEqual([false]);
  });
});

describe("a container that fell", () => {
  it.each([
    ["once", [100]],
    ["three times a day", [-60_000, -30_000, 0]],
    ["each half hour", [-5_400, -3_600, -1_800, 0, 1_800]],
  ])("%s is well between its falls", (_how, falls) => {
    const memory = new RestartMemory();

    expect(looks(memory, { falls }, [30, 60, 120, 180, 1_900]).includes(false)).toBe(false);
  });
});
