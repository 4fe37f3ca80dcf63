import { createHash } from "node:crypto";
import type { REST } from "@discordjs/rest";
import { Routes } from "discord-api-types/v10";
import type { ProjectSighting } from "../app/repositories.js";
import type { Config } from "../config/schema.js";
import { wordsFor } from "./locales/index.js";
import { inCode } from "./messages/text.js";

export interface RepositoryNoticeParts {
  readonly config: Config;
  readonly rest: REST;
}

/** GitHub's own limit for owner and name together is 140 characters. */
const NAME_LENGTH = 150;

/**
 * Tells people that a configured repository was renamed, or that another one has its name. The same notice posted again
 * within Discord's memory of nonces (some minutes) is one message.
 * @throws DiscordAPIError, HTTPError when Discord does not take the message
 */
export async function postRepositoryNotice(
  { config, rest }: RepositoryNoticeParts,
  { kind, project, repository, id, name }: ProjectSighting,
): Promise<void> {
  const projects = config.projects;
  const channel = Object.hasOwn(projects, project) ? projects[project]?.channel : undefined;
  const words = wordsFor(config.language).repository[kind];
  await rest.post(Routes.channelMessages(channel ?? config.discord.channel), {
    body: {
      content: words({ project, repository, id, name: inCode(name, NAME_LENGTH) }),
      allowed_mentions: { parse: [] },
      nonce: createHash("sha256")
        .update(JSON.stringify(["repository", kind, project, repository, id, name]))
        .digest("hex")
        .slice(0, 24),
      enforce_nonce: true,
    },
  });
}
