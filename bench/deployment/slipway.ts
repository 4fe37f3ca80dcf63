import type { MessageView } from "../../sandbox/discord/types.js";
import { REPOSITORY } from "../../sandbox/start-sandbox.js";
import type { Deployed, Subject } from "./subject.js";
import { ENVIRONMENT, type World } from "./world.js";

const LIMIT_MS = 60_000;

/** A person types `/deploy uat`; done when the message in the channel says so. */
export function slipway(world: World): Subject {
  return { name: "Slipway", deploy: (sha) => deployByCommand(world, sha) };
}

/** As it is for the first deployment after a while, when the idle connection was closed. */
export function slipwayReconnecting(world: World): Subject {
  return {
    name: "Slipway, connection closed before",
    before: () => world.sandbox.host.cutConnections(),
    deploy: (sha) => deployByCommand(world, sha),
  };
}

async function deployByCommand({ sandbox }: World, sha: string): Promise<Deployed> {
  const { discord, github, channel, people } = sandbox;
  await github.moveBranch(REPOSITORY, "main", sha);
  const earlier = new Set(discord.messages(channel.id).map(({ id }) => id));
  const final = discord.waitForMessage(
    channel.id,
    (message) => !earlier.has(message.id) && isFinal(message),
    { timeoutMs: LIMIT_MS },
  );

  const startedAt = performance.now();
  const finished = final.then((message) => ({ message, at: performance.now() }));
  const answer = await discord.runCommand(people.alex.id, channel.id, "deploy", { environment: ENVIRONMENT });
  const answeredAt = startedAt + (answer.firstAnswerMs ?? 0);
  const { message, at: finishedAt } = await finished;
  if (!message.content.includes("succeeded")) throw new Error(`Slipway's deployment: ${message.content}`);
  return { startedAt, answeredAt, finishedAt };
}

function isFinal({ content }: MessageView): boolean {
  return /succeeded|failed|unknown|interrupted/i.test(content);
}
