import { createHash } from "node:crypto";
import type { REST } from "@discordjs/rest";
import { Routes } from "discord-api-types/v10";
import type { LockNotices } from "../app/locks.js";
import type { Config } from "../config/schema.js";
import type { LockScope, ManualFreeze, PersonLock } from "../deployments/locks.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import type { CommandMentions } from "./command-mentions.js";
import {
  expiredMessage,
  frozenMessage,
  type LockMessageBody,
  lockedMessage,
  reminderMessage,
  unfrozenMessage,
  unlockedMessage,
} from "./messages/lock-messages.js";

export interface LockNoticeParts {
  readonly config: Config;
  readonly rest: REST;
  readonly mentions: Pick<CommandMentions, "render">;
  readonly actions: {
    /** The custom_id of the *Unlock* button, which leads back to this very lock. */
    buttonId(lock: PersonLock): Promise<string>;
  };
}

/**
 * Posts what happens to locks and freezes, in the channel of the environment or of the project. The same event
 * posted again within Discord's memory of nonces (some minutes) is one message.
 *
 * Each function throws DiscordAPIError or HTTPError when Discord does not take the message.
 */
export function createLockNotices(parts: LockNoticeParts): LockNotices {
  const { language } = parts.config;
  return {
    locked: (lock) => post(parts, lock, ["locked"], lockedMessage(lock, language)),
    unlocked: (lock, by) => post(parts, lock, ["unlocked", by.userId], unlockedMessage(lock, by, language)),
    reminder: async (lock) =>
      post(parts, lock, ["reminder"], reminderMessage(lock, await parts.actions.buttonId(lock), language)),
    expired: (lock) => post(parts, lock, ["expired"], expiredMessage(lock, language)),
    frozen: (freeze) => post(parts, freeze, ["frozen"], frozenMessage(freeze, language)),
    unfrozen: (freeze, by) =>
      post(parts, freeze, ["unfrozen", by?.userId ?? ""], unfrozenMessage(freeze, by, language)),
  };
}

async function post(
  { config, rest, mentions }: LockNoticeParts,
  lock: PersonLock | ManualFreeze,
  event: readonly string[],
  body: LockMessageBody,
): Promise<void> {
  await rest.post(Routes.channelMessages(channelFor(config, lock)), {
    body: { ...(await mentions.render(body)), nonce: nonceOf(lock, event), enforce_nonce: true },
  });
}

/** An environment that is not configured any more has the project's channel, or Discord's. */
function channelFor(config: Config, { project, environment }: LockScope): string {
  const target = environment === undefined ? undefined : lookUpTarget(config, { project, environment });
  if (target !== undefined) return channelOf(config, target);
  const ofProject = Object.hasOwn(config.projects, project) ? config.projects[project] : undefined;
  return ofProject?.channel ?? config.discord.channel;
}

/** Discord takes at most 25 characters. */
function nonceOf(lock: PersonLock | ManualFreeze, event: readonly string[]): string {
  const { project, environment, since, expiresAt, reason } = lock;
  const renewedAt = "owner" in lock ? lock.renewedAt : undefined;
  const identity = JSON.stringify([event, project, environment, since, renewedAt, expiresAt, reason]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 24);
}
