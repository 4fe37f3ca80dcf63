import type { ButtonInteraction, ModalSubmitInteraction } from "discord.js";
import { ALL_ENVIRONMENTS } from "../app/lock-scope.js";
import type { Config, Language } from "../config/schema.js";
import { channelOf, lookUpTarget } from "../deployments/targets.js";
import type { LockAction } from "./action-store.js";
import type { App } from "./command.js";
import { unlockReply } from "./messages/lock-replies.js";
import type { Reply } from "./messages/replies.js";
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
  const person = personOf(interaction);
  const { project, environment = ALL_ENVIRONMENTS, since } = scope;
  // A button of an earlier lock must not take off a later one that somebody else has taken since.
  const outcome = await app.unlock({ person, project, environment, ...(since !== undefined && { since }) });
  return unlockReply(outcome, person.id, language);
}

/** Where messages about the scope go; undefined when the configuration does not have it any more. */
function channelOfScope(config: Config, { project, environment }: Scope): string | undefined {
  if (environment === undefined) {
    return config.projects[project] && (config.projects[project].channel ?? config.discord.channel);
  }
  const target = lookUpTarget(config, { project, environment });
  return target && channelOf(config, target);
}
