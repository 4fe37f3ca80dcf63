import { describe, expect, it } from "vitest";
import { incidentHistory } from "../../../../src/app/monitoring/incident-history.js";
import { EMPTY_BOARD } from "../../../../src/health/incidents/board.js";
import type { Incident, Member } from "../../../../src/health/incidents/incident.js";

const uat = { project: "shop", environment: "uat" };
const NOW = 10_000;

function incidentOf(member: Partial<Member>, closedAt?: number): Incident {
  return {
    ...{ schema: 1, id: "0".repeat(24), channelId: "1", startedAt: 1_000, openedAt: 1_000 },
    members: [{ ...uat, state: "down", downSince: 1_000, confirmedAt: 1_000, failing: [], ...member }],
    ...{ mentioned: [], escalatedTo: [] },
    ...(closedAt !== undefined && { closedAt }),
  };
}

function historyOf(open: readonly Incident[], closed: readonly Incident[]) {
  const board = { ...EMPTY_BOARD, incidents: Object.fromEntries(open.map((each) => [each.id, each])) };
  return incidentHistory({ board: async () => board, closed: async () => closed }, () => NOW);
}

describe("incidentHistory", () => {
  it("has what is down now, without an end", async () => {
    const history = historyOf([incidentOf({})], []);

    expect(await history.incidentsSince(uat, 5_000)).toEqual([{ target: uat, startedAt: 1_000 }]);
  });

  it.each([
    ["answered again", { state: "recovered", answersSince: 6_000 } as const, 6_000],
    ["is not watched any more", { state: "unwatched" } as const, 8_000],
  ])("ends an outage when the environment %s", async (_why, member, endedAt) => {
    const history = historyOf([], [incidentOf(member, 8_000)]);

    expect(await history.incidentsSince(uat, 5_000)).toEqual([{ target: uat, startedAt: 1_000, endedAt }]);
  });

  it("tells how much of an outage nobody watched", async () => {
    const gaps = [{ from: 2_000, until: 5_500 }];
    const history = historyOf([], [incidentOf({ state: "recovered", answersSince: 6_000, gaps }, 8_000)]);

    expect(await history.incidentsSince(uat, 5_000)).toEqual([
      { target: uat, startedAt: 1_000, endedAt: 6_000, unwatchedMs: 3_500 },
    ]);
  });

  it("asks for more than the newest thousand of all environments", async () => {
    const counts: (number | undefined)[] = [];
    const store = {
      board: async () => EMPTY_BOARD,
      closed: async (_from: number, _to: number, count?: number) => {
        counts.push(count);
        return [];
      },
    };
    await incidentHistory(store, () => NOW).incidentsSince(uat, 0);

    expect(counts).toEqual([10_000]);
  });

  it("leaves out what ended before, and other environments", async () => {
    const before = incidentOf({ state: "recovered", answersSince: 2_000 }, 3_000);
    const other = incidentOf({ environment: "prod" });

    expect(await historyOf([other], [before]).incidentsSince(uat, 5_000)).toEqual([]);
  });
});
