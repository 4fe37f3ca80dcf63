import type { Logger } from "pino";
import type { CommandSecrets } from "./config/command-secrets.js";
import type { Settings } from "./config/environment.js";
import type { HealthSecrets } from "./config/health-secrets.js";
import type { Config } from "./config/schema.js";
import type { Command } from "./discord/command.js";
import type { Redactor } from "./execution/redact.js";
import type { Role } from "./role.js";
import type { Secret } from "./secret.js";
import type { JobDefinition } from "./worker.js";

/** What one process of the bot is started with. */
export interface BotOptions {
  readonly role: Role;
  readonly config: Config;
  readonly settings: Settings;
  readonly privateKeys: Readonly<Record<string, Secret>>;
  readonly healthSecrets: HealthSecrets;
  readonly commandSecrets: CommandSecrets;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly commands: readonly Command[];
  readonly jobs: readonly JobDefinition[];
}
