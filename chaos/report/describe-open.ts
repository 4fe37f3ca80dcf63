import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAbout, type Shipment } from "../history/history.js";
import type { Scene } from "../scene.js";
import type { Subject } from "../subjects/subject.js";
import type { Lane } from "../world/lane.js";

/** What a person needs to see of each deployment that has not ended: its record, and its runs on the host. */
export async function describeOpen(scene: Scene, subject: Subject): Promise<readonly string[]> {
  const open = scene.traffic.flatMap(({ lane, underWay }) =>
    underWay.map((shipment) => ({ lane, shipment })),
  );
  if (open.length === 0) return ["no deployment is open: the nemesis itself did not come to its end"];
  return Promise.all(open.map(({ lane, shipment }) => describe(scene, subject, lane, shipment)));
}

async function describe(scene: Scene, subject: Subject, lane: Lane, shipment: Shipment): Promise<string> {
  const name = `${shipment.environment} ${shipment.sha.slice(0, 7)}`;
  const deployments = await subject.deployments(scene.world, lane.environment);
  const record = deployments.find(isAbout(shipment));
  if (record === undefined) return `${name}: there is no record of it`;
  const steps = record.steps.map(({ id, state }) => `${id} ${state}`).join(", ");
  const runs = await runsOf(lane, record.id);
  return `${name}: ${record.id} is ${record.state}; steps: ${steps || "none"}; runs on the host: ${runs || "none"}`;
}

async function runsOf({ runs }: Lane, deployment: string): Promise<string> {
  const ids = (await readdir(runs).catch(() => [])).filter((id) => id.startsWith(`${deployment}.`));
  const described = ids.map(async (id) => `${id} (${(await readdir(join(runs, id))).join(" ")})`);
  return (await Promise.all(described)).join(", ");
}
