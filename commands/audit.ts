import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { auditRoles } from "../src/audit/audit-roles.js";
import { collectExport } from "../src/audit/collect-export.js";
import type { Command } from "../src/discord/command.js";
import { auditRefusalReply, auditReply } from "../src/discord/messages/audit-reply.js";
import { suggestTarget } from "../src/discord/suggestions.js";
import { environmentOption, namedTarget, projectOption } from "./target-options.js";

const DEFAULT_COUNT = 10;
/** About as many as one message can hold. */
const MAX_COUNT = 25;
/** Discord takes attachments of 10 MiB from a bot without boosts. */
const EXPORT_LIMIT_BYTES = 8 * 1024 * 1024;

const definition = {
  name: "audit",
  description: "Who did what, when and from where",
  description_localizations: { fr: "Qui a fait quoi, quand et d’où" },
  options: [
    { ...environmentOption, required: false },
    projectOption,
    {
      type: ApplicationCommandOptionType.Integer,
      name: "count",
      name_localizations: { fr: "nombre" },
      description: "How many, 10 by default",
      description_localizations: { fr: "Combien, 10 par défaut" },
      min_value: 1,
      max_value: MAX_COUNT,
    },
    {
      type: ApplicationCommandOptionType.Integer,
      name: "before",
      name_localizations: { fr: "avant" },
      description: "Only entries older than this number: the next page, as the last line of a page says",
      description_localizations: {
        fr: "Entrées antérieures à ce numéro ; la dernière ligne d’une page l’indique",
      },
      min_value: 1,
    },
    {
      type: ApplicationCommandOptionType.Boolean,
      name: "steps",
      name_localizations: { fr: "étapes" },
      description: "Include the end of each step",
      description_localizations: { fr: "Inclure la fin de chaque étape" },
    },
    {
      type: ApplicationCommandOptionType.Boolean,
      name: "export",
      name_localizations: { fr: "exporter" },
      description: "Attach the log of everything as a file, for approvers",
      description_localizations: { fr: "Joindre tout le journal dans un fichier, pour qui approuve" },
    },
  ],
} as const satisfies RESTPostAPIChatInputApplicationCommandsJSONBody;

export const audit: Command = {
  definition,
  suggest: suggestTarget,

  async execute({ person, language, options }, app) {
    const exports = options.flag("export");
    const purpose = exports ? "export" : "read";
    const roles = auditRoles(app.config, purpose);
    if (!roles.some((role) => person.roles.includes(role)))
      return auditRefusalReply(purpose, roles, language);

    const before = options.integer("before");
    const page = await app.audit({
      ...namedTarget(options),
      count: options.integer("count") ?? DEFAULT_COUNT,
      ...(before !== undefined && { before }),
      ...(options.flag("steps") && { steps: true }),
    });
    const exported = exports ? await collectExport(app.exportAudit(EXPORT_LIMIT_BYTES)) : undefined;
    return auditReply(page, language, { steps: options.flag("steps"), exported });
  },
};
