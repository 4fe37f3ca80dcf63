import type { Logger } from "pino";

export interface RegistrationParts {
  /** Makes the guild's commands those of this version. */
  readonly register: (applicationId: string) => Promise<void>;
  /** Tries until it works, or until the connection is over. */
  readonly keepTrying: (what: string, attempt: () => Promise<void>) => Promise<void>;
  readonly guildId: string;
  readonly logger: Logger;
}

/**
 * Keeps the slash commands registered. Discord takes a guild's commands away with the bot when it is removed from
 * the guild, and does not give them back with the next invitation.
 */
export class Registration {
  readonly #parts: RegistrationParts;
  #applicationId: string | undefined;
  /** Counts the times that the bot came into the guild or out of it: what an earlier one began is moot. */
  #round = 0;

  constructor(parts: RegistrationParts) {
    this.#parts = parts;
  }

  /** A session has begun. @param guilds the ids of those that the bot is in */
  connected(applicationId: string, guilds: readonly string[]): void {
    this.#applicationId = applicationId;
    if (guilds.includes(this.#parts.guildId)) this.#register(applicationId);
    else this.left(this.#parts.guildId);
  }

  joined(guild: string): void {
    if (guild === this.#parts.guildId && this.#applicationId) this.#register(this.#applicationId);
  }

  left(guild: string): void {
    const { guildId, logger } = this.#parts;
    if (guild !== guildId) return;
    this.#round++;
    logger.error({ guild: guildId, application: this.#applicationId }, NOT_IN_GUILD);
  }

  #register(applicationId: string): void {
    const round = ++this.#round;
    const { register, keepTrying } = this.#parts;
    void keepTrying("register the commands", async () => {
      if (round === this.#round) await register(applicationId);
    });
  }
}

const NOT_IN_GUILD =
  "the bot is not in the Discord server that discord.guild names: invite it (docs/setup.md), or correct the id";
