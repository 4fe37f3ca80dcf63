import type { Language } from "../../config/schema.js";
import type { Callee, CallReason } from "../../deployments/callee.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import type { MessageBody } from "./deployment-message.js";
import { releaseLink } from "./format.js";
import { STATE_COLOUR } from "./look.js";
import { plain } from "./text.js";

const SUBJECT_LENGTH = 200;

/** The answer to the message of a deployment that failed. Its embed tells it from every other one, of earlier ends as well. */
export function failureCallMessage(
  record: DeploymentRecord,
  reason: CallReason,
  callee: Callee,
  language: Language,
): MessageBody {
  const { project, environment, number, release, repository } = record;
  const subject = plain(release.subject, SUBJECT_LENGTH);
  return {
    content: contentOf(record, reason, mentionOf(callee), wordsFor(language)),
    embeds: [
      {
        color: STATE_COLOUR[reason === "rolled-back" ? "indeterminate" : reason],
        description: [releaseLink(repository, release), ...(subject === "" ? [] : [subject])].join(" · "),
        footer: {
          text: `${project} · ${environment} · #${number} · ${reason === "rolled-back" ? "↩️" : "❌"}`,
        },
        timestamp: new Date(momentOf(record, reason)).toISOString(),
      },
    ],
    components: [],
  };
}

function momentOf({ createdAt, finishedAt, reruns }: DeploymentRecord, reason: CallReason): number {
  return reason === "rolled-back" || reruns === undefined ? createdAt : (finishedAt ?? createdAt);
}

function contentOf(
  { project, environment, number, origin }: DeploymentRecord,
  reason: CallReason,
  mention: string,
  { call }: Words,
): string {
  const target = `${project} / ${environment}`;
  if (reason !== "rolled-back") return call[reason](mention, number, target);
  return call.rolledBack(mention, origin.kind === "bake" ? origin.deployment : number, target, number);
}

function mentionOf(callee: Callee): string {
  return callee.kind === "person" ? `<@${callee.userId}>` : `<@&${callee.roleId}>`;
}
