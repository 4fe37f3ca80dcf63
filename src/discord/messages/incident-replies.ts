import type { IncidentOutcome, IncidentRefusal } from "../../app/monitoring/press-incident.js";
import type { Language } from "../../config/schema.js";
import { enumerate } from "../locales/enumerate.js";
import type { IncidentReplies } from "../locales/incident-words.js";
import { actorText } from "./format.js";
import { atText, incidentWords } from "./incident-text.js";
import type { Reply } from "./replies.js";
import { clip } from "./text.js";

const CONTENT_LENGTH = 2_000;

/** What a press under the message of an incident came to; a rollback and logs have replies of their own. */
export function incidentReply(
  outcome: Exclude<IncidentOutcome, { kind: "rollback" | "logs" }>,
  language: Language,
): Reply {
  const { reply } = incidentWords(language);
  switch (outcome.kind) {
    case "acknowledged":
      return { content: `👀 ${reply.acknowledged}` };
    case "snoozed":
      return { content: `🔕 ${reply.snoozed(atText(outcome.until))}` };
    case "refused":
      return { content: clip(`🚫 ${refusalText(outcome.refusal, reply)}`, CONTENT_LENGTH) };
  }
}

function refusalText(refusal: IncidentRefusal, reply: IncidentReplies): string {
  switch (refusal.code) {
    case "incident-over":
      return reply.over;
    case "not-responsible":
      return reply.notResponsible(enumerate(refusal.roles.map((id) => `<@&${id}>`)));
    case "acknowledged-already":
      return reply.acknowledgedAlready(actorText(refusal.by));
    case "several-environments":
      return reply.severalEnvironments;
  }
}
