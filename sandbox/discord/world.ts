import type { Changes } from "./changes.js";
import type { Gateway } from "./gateway/gateway.js";
import type { CommandStore } from "./guild/command-store.js";
import type { Guild } from "./guild/guild.js";
import type { InteractionStore } from "./interactions/interaction-store.js";
import type { MessageStore } from "./messages/message-store.js";
import type { DiscordLimits } from "./types.js";

/** Everything that the stand-in's routes and people act on. */
export interface World {
  readonly guild: Guild;
  readonly commands: CommandStore;
  readonly messages: MessageStore;
  readonly interactions: InteractionStore;
  readonly gateway: Gateway;
  readonly changes: Changes;
  readonly limits: DiscordLimits;
  readonly newId: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** `http://127.0.0.1:PORT`, where files are served. */
  readonly publicUrl: string;
}
