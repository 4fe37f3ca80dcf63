import type { DiscordStandIn, InteractionView } from "../../sandbox/discord/types.js";
import { type Sandbox, type SandboxOptions, startSandbox as start } from "../../sandbox/start-sandbox.js";

/** Discord's own 3 s for the first answer is the benchmark's business: here a machine may be busy. Milliseconds. */
const FIRST_ANSWER_MS = 60_000;

/** A sandbox whose people wait for an answer, also where "thinking…" came first. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const limits = { firstAnswerMs: FIRST_ANSWER_MS, ...options.discord?.limits };
  const sandbox = await start({ ...options, discord: { ...options.discord, limits } });
  const discord = patient(sandbox.discord);
  return new Proxy(sandbox, {
    get: (target, name) => (name === "discord" ? discord : Reflect.get(target, name, target)),
  });
}

function patient(discord: DiscordStandIn): DiscordStandIn {
  const settled = async (asked: Promise<InteractionView>): Promise<InteractionView> => {
    const { id, state } = await asked;
    if (state === "thinking") await discord.waitForReply(id);
    return discord.interaction(id);
  };
  const actions: Partial<DiscordStandIn> = {
    runCommand: (...asked) => settled(discord.runCommand(...asked)),
    pressButton: (...pressed) => settled(discord.pressButton(...pressed)),
    submitModal: (...sent) => settled(discord.submitModal(...sent)),
  };
  return new Proxy(discord, {
    get: (target, name) => Reflect.get(actions, name) ?? Reflect.get(target, name, target),
  });
}
