import { setTimeout as pause } from "node:timers/promises";
import type { FaultRule } from "../../sandbox/discord/types.js";
import type { Random } from "../random.js";
import type { Scene } from "../scene.js";
import { killBot } from "./kill-bot.js";
import type { Nemesis } from "./nemesis.js";

const MESSAGES = /\/messages/;
const LONGEST_BREATH_MS = 1_000;
/** The bot waits up to 90 s between two connections; what is not so by then is broken. */
const SETTLED_LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 50;

/** After these a new connection helps. */
const PASSING_CODES = [1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009, 4999];
/** After these a person has to do something: here, to start the bot again. */
const FINAL_CODES = [4004, 4010, 4011, 4012, 4013, 4014];
const STATUSES = [401, 403, 413, 429, 500, 502, 503];
const EVENTS = ["GUILD_CREATE", "GUILD_DELETE", "CHANNEL_UPDATE", "GUILD_ROLE_CREATE", "INTERACTION_CREATE"];
const ODD_DATA: readonly unknown[] = [null, {}, 5, [], { type: 99 }, { id: "1", token: "x", type: 2 }];
/** What may be missing in an interaction. */
const FIELDS = ["entitlements", "locale", "channel", "member", "data", "app_permissions", "message"];

type Strike = (scene: Scene, random: Random) => Promise<void>;

const STRIKES: readonly Strike[] = [
  refuseUpgrades,
  closeForNow,
  closeForGood,
  loseHeartbeats,
  invalidateSession,
  sendOddEvents,
  sendOddInteraction,
  refuseRequests,
  kickAndInvite,
];

/** All that a gateway, the REST API and the people of a server may do to a bot within a day. */
export const spendDayWithDiscord: Nemesis = {
  name: "discord-day",
  title: "A day with Discord: 520, close codes, lost heartbeats, odd payloads, refusals, kicks",
  strikes: { short: 6, full: 100 },
  workers: 1,
  burst: 2,
  meets: "world",
  heartbeatMs: 1_000,
  async strike(scene, random) {
    await scene.randomInstant(random);
    await random.pick(STRIKES)(scene, random);
    await scene.pause(random.integer(0, LONGEST_BREATH_MS));
    await settled(scene, "is ready again, with one connection", async () => {
      return (await isReady(scene)) && scene.world.discord.gatewaySockets === 1;
    });
  },
};

async function refuseUpgrades({ world: { discord } }: Scene, random: Random): Promise<void> {
  discord.queueFault({ fault: { kind: "refuse-upgrade", status: 520 }, times: random.integer(1, 2) });
  discord.queueFault({ fault: { kind: "close-gateway", code: 1006 } });
}

async function closeForNow({ world: { discord } }: Scene, random: Random): Promise<void> {
  discord.queueFault({ fault: { kind: "close-gateway", code: random.pick(PASSING_CODES) } });
}

async function closeForGood(scene: Scene, random: Random): Promise<void> {
  const code = random.pick(FINAL_CODES);
  scene.world.discord.queueFault({ fault: { kind: "close-gateway", code } });
  await settled(scene, `says that it is not ready after ${code}`, async () => !(await isReady(scene)));
  if (killBot.meets === "world") await killBot.strike(scene, random);
}

async function loseHeartbeats(scene: Scene): Promise<void> {
  scene.world.discord.queueFault({ fault: { kind: "mute-gateway" } });
  await settled(scene, "says that it is not ready without heartbeats", async () => !(await isReady(scene)));
}

async function invalidateSession({ world: { discord } }: Scene, random: Random): Promise<void> {
  discord.queueFault({ fault: { kind: "invalid-session", resumable: random.pick([true, false]) } });
}

async function sendOddEvents({ world: { discord } }: Scene, random: Random): Promise<void> {
  for (let left = random.integer(1, 5); left > 0; left--) {
    const event = random.pick(EVENTS);
    const data = random.pick(ODD_DATA);
    // Without this it would say that the bot was removed.
    const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
    discord.dispatchRaw(event, event === "GUILD_DELETE" && isObject ? { ...data, unavailable: true } : data);
  }
}

async function sendOddInteraction({ world }: Scene, random: Random): Promise<void> {
  const { discord, presser, lanes } = world;
  const field = random.pick(FIELDS);
  const change = random.pick<{ readonly value?: unknown }>([
    {},
    { value: null },
    { value: 7 },
    { value: [] },
  ]);
  // Without a value JSON leaves the field out.
  discord.bendNextInteraction((data) => ({ ...data, [field]: change.value }));
  const channel = lanes[0]?.channel.id ?? "";
  // Its commands may be away, and an interaction without a way back gets no answer: only the process matters.
  await discord.runCommand(presser.id, channel, "status").catch(() => undefined);
}

async function refuseRequests({ world: { discord } }: Scene, random: Random): Promise<void> {
  discord.queueFault(refusal(random));
}

function refusal(random: Random): FaultRule {
  const fault = { kind: "status", status: random.pick(STATUSES) } as const;
  return { fault, path: MESSAGES, times: random.integer(1, 3) };
}

async function kickAndInvite({ world: { discord }, signal }: Scene, random: Random): Promise<void> {
  discord.kickBot();
  await pause(random.integer(0, LONGEST_BREATH_MS), undefined, { signal });
  discord.inviteBot();
}

/** What `/readyz` says of Discord; false where nobody answers. */
async function isReady({ world, signal }: Scene): Promise<boolean> {
  try {
    const answer = await fetch(new URL("/readyz", world.webhookUrl), { signal });
    const { parts } = (await answer.json()) as { readonly parts?: { readonly discord?: unknown } };
    return parts?.discord === true;
  } catch {
    return false;
  }
}

/** @throws Error when it never comes to be so */
async function settled(scene: Scene, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + SETTLED_LIMIT_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`The bot never ${what}.`);
    await scene.pause(LOOK_EVERY_MS);
  }
}
