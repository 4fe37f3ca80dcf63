import { describe, expect, it } from "vitest";
import { fareOf } from "../../../../src/health/incidents/fare.js";
import { downPlay, MINUTE, OK, START, targetNamed, watching } from "./samples.js";

const prod = targetNamed("prod");

/** Down from 0 to 90 s. */
function recovered() {
  const play = downPlay(watching({ prod: {} }));
  play.sweep("prod", OK, 90, 100, 110, 210);
  return play.closed;
}

describe("fareOf", () => {
  it("counts an incident that ended, from the first failure to the first good probe", () => {
    expect(fareOf(prod, recovered(), START - MINUTE, START + 10 * MINUTE)).toEqual({
      ...{ incidents: 1, downtimeMs: 90_000, isDown: false },
    });
  });

  it("counts only what lies in the span", () => {
    expect(fareOf(prod, recovered(), START + MINUTE, START + 10 * MINUTE).downtimeMs).toBe(30_000);
    expect(fareOf(prod, recovered(), START + 2 * MINUTE, START + 10 * MINUTE).incidents).toBe(0);
    expect(fareOf(prod, recovered(), START - MINUTE, START).incidents).toBe(0);
  });

  it("counts one that goes on until now", () => {
    const { incident } = downPlay(watching({ prod: {} }));

    expect(fareOf(prod, [incident], START - MINUTE, START + 5 * MINUTE)).toEqual({
      ...{ incidents: 1, downtimeMs: 5 * MINUTE, isDown: true },
    });
  });

  it("counts nothing of others", () => {
    expect(fareOf(targetNamed("uat"), recovered(), START, START + MINUTE)).toEqual({
      ...{ incidents: 0, downtimeMs: 0, isDown: false },
    });
  });
});
