import type { ButtonInteraction, ModalSubmitInteraction } from "discord.js";
import type { Config, Language } from "../config/schema.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import type { LockAction } from "./action-store.js";
import type { App } from "./command.js";
import { wordsFor } from "./locales/index.js";
import { type Reply, refusalReply } from "./messages/replies.js";
import { personOf } from "./people.js";

type Interaction = ButtonInteraction | ModalSubmitInteraction;
type Scope = LockAction["lock"];

/**
 * *Unlock* under the message of a lock.
 * @returns undefined when the press does not come from a message of Slipway in the scope's own channel
 */
export async function unlock(
  app: App,
  { lock: scope }: LockAction,
  interaction: Interaction,
  language: Language,
): Promise<Reply | undefined> {
  if (interaction.channelId !== channelOfScope(app.config, scope)) return undefined;
  if (interaction.message?.author.id !== interaction.applicationId) return undefined;
  const words = wordsFor(language).action;
  const name = `${scope.project} / ${scope.environment ?? "all"}`;
  if (!(await isThisLock(app, scope))) return { content: `🔓 ${words.lockEnded}` };

  const { project, environment = "all" } = scope;
  const outcome = await app.unlock({ person: personOf(interaction), project, environment });
  switch (outcome.kind) {
    case "refused":
      return refusalReply(outcome.refusal, language);
    case "not-locked":
      return { content: `🔓 ${words.notLocked(name)}` };
    case "unlocked":
      return { content: `🔓 ${words.unlocked(name)}` };
  }
}

/** A button of an earlier lock must not take off a later one that somebody else has taken since. */
async function isThisLock(app: App, { project, environment, since }: Scope): Promise<boolean> {
  if (since === undefined) return true;
  const { locks } = await app.locks();
  return locks.some(
    (lock) => lock.project === project && lock.environment === environment && lock.since === since,
  );
}

/** Where messages about the scope go; undefined when the configuration does not have it any more. */
function channelOfScope(config: Config, { project, environment }: Scope): string | undefined {
  if (environment === undefined) {
    return config.projects[project] && (config.projects[project].channel ?? config.discord.channel);
  }
  const target = lookUpTarget(config, { project, environment });
  return target && channelOf(config, target);
}
