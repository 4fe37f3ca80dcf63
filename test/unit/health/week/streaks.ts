import { during } from "./truth.js";
import type { Probe, Week } from "./week.js";
import type { World } from "./world.js";

/** When the row of equal probes began that goes on at a moment. */
export function streakStart(world: World, week: Week, name: string, at: number, ok: boolean): number {
  const deployments = world.episodes.flatMap(({ environments, deployment }) =>
    environments.includes(name) && deployment !== undefined ? [deployment] : [],
  );
  const counting = heardInOrder(week, name).filter(
    (probe) => probe.at <= at && !deployments.some((run) => during(run, probe.at)),
  );
  const before = counting.findLastIndex((probe) => probe.ok !== ok);
  return counting[before + 1]?.at ?? Number.NaN;
}

/** What comes after something newer says nothing any more. */
function heardInOrder({ probes }: Week, name: string): readonly Probe[] {
  const heard = (probes.get(name) ?? []).filter(({ heardAt }) => heardAt !== undefined);
  let newest = Number.NEGATIVE_INFINITY;
  return heard
    .toSorted((a, b) => (a.heardAt ?? 0) - (b.heardAt ?? 0))
    .filter(({ at }) => {
      const counts = at > newest;
      newest = Math.max(newest, at);
      return counts;
    });
}
