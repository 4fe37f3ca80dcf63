import { checkMessages } from "./history/check-messages.js";
import type { History } from "./history/history.js";
import { readExecutions } from "./oracle/read-executions.js";
import type { Scene } from "./scene.js";
import type { Subject } from "./subjects/subject.js";

const LOOK_EVERY_MS = 250;
/** The bot's longest pause before it tries a message again is a minute. */
const MESSAGES_LIMIT_MS = 90_000;

/** Gives messages the time that they may take; whether they are right then is for the judge. */
export async function untilQuiet(scene: Scene, subject: Subject): Promise<void> {
  const end = performance.now() + MESSAGES_LIMIT_MS;
  while (performance.now() < end) {
    const deployments = await allDeployments(scene, subject);
    const messages = subject.messages?.(scene.world);
    const { length } = checkMessages({ deployments, ...(messages && { messages }) });
    if (length === 0) return;
    await scene.pause(LOOK_EVERY_MS);
  }
}

/** Asks every witness: the hosts, Redis, and the channels. */
export async function witness(scene: Scene, subject: Subject): Promise<History> {
  const { world, members, traffic, killedRunners } = scene;
  const deployments = await allDeployments(scene, subject);
  const executions = await Promise.all(world.lanes.map((lane) => readExecutions(lane.executions)));
  const messages = subject.messages?.(world);
  const logs = await readLogs(
    scene,
    subject,
    deployments.map(({ id }) => id),
  );
  const audit = await subject.audit?.(world);
  return {
    shipments: traffic.flatMap(({ shipments }) => shipments),
    executions: executions.flat(),
    deployments,
    ...(logs && { logs }),
    ...(messages && { messages }),
    ...(audit && { audit }),
    killedRunners,
    cancelled: scene.cancelled,
    ...(traffic.some(({ people }) => people) && {
      acts: traffic.flatMap(({ people }) => people?.acts ?? []),
    }),
    samples: traffic.flatMap(({ samples }) => samples),
    reattachments: members.flatMap(({ reattached }) => reattached),
    ...(subject.tellsTakeOver && { restarts: members.reduce((sum, { restarts }) => sum + restarts, 0) }),
  };
}

async function allDeployments({ world }: Scene, subject: Subject) {
  const lists = world.lanes.map(({ environment }) => subject.deployments(world, environment));
  return (await Promise.all(lists)).flat();
}

async function readLogs({ world }: Scene, { log }: Subject, ids: readonly string[]) {
  if (log === undefined) return undefined;
  return new Map(await Promise.all(ids.map(async (id) => [id, await log(world, id)] as const)));
}
