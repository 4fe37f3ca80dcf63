import type { ButtonInteraction, ModalSubmitInteraction } from "discord.js";
import type { IncidentOutcome } from "../app/monitoring/press-incident.js";
import type { Language } from "../config/schema.js";
import { channelOf } from "../deployments/targets.js";
import type { IncidentAction } from "./action-store.js";
import type { App } from "./command.js";
import { outcomeReply } from "./messages/action-replies.js";
import { incidentReply } from "./messages/incident-replies.js";
import { logsReply } from "./messages/logs-reply.js";
import type { Reply } from "./messages/replies.js";
import { personOf } from "./people.js";

type Interaction = ButtonInteraction | ModalSubmitInteraction;

/** A button under the message of an incident. */
export async function actOnIncident(
  app: App,
  stored: IncidentAction,
  interaction: Interaction,
  language: Language,
): Promise<Reply> {
  const outcome = await perform(app, stored, interaction);
  switch (outcome.kind) {
    case "rollback":
      return outcomeReply(outcome.outcome, ({ target }) => channelOf(app.config, target), language);
    case "logs":
      return logsReply(outcome.outcome, language);
    default:
      return incidentReply(outcome, language);
  }
}

function perform(
  app: App,
  { incident, action }: IncidentAction,
  interaction: Interaction,
): Promise<IncidentOutcome> {
  const person = personOf(interaction);
  switch (action) {
    case "acknowledge":
      return app.acknowledgeIncident(incident, person);
    case "snooze":
      return app.snoozeIncident(incident, person);
    case "rollback":
      return app.rollBackIncident(incident, person, interaction.id);
    case "logs":
      return app.readIncidentLogs(incident, person);
  }
}
