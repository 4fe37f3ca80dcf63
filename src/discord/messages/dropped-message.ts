import { ComponentType } from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import type { DropReason, Episode } from "../../deployments/dropped.js";
import type { Target } from "../../deployments/record.js";
import type { Refusal } from "../../deployments/refusal.js";
import { wordsFor } from "../locales/index.js";
import type { Words } from "../locales/words.js";
import { buttonOf } from "./buttons.js";
import type { MessageBody } from "./deployment-message.js";
import { actorText, commitLink } from "./format.js";
import { refusalText } from "./refusal-text.js";
import { clip, inCode, plain, together } from "./text.js";

/** What the message about dropped pushes shows. */
export interface DroppedView extends Target {
  readonly episode: Episode;
  /** What stands in the way now; absent where nothing is known to. */
  readonly obstacle?: DropReason | undefined;
  readonly buttonId?: string;
}

const REF_LENGTH = 80;
const SUBJECT_LENGTH = 200;
const AUTHOR_LENGTH = 100;
const DESCRIPTION_LENGTH = 4_096;
const CONTENT_LENGTH = 2_000;
const AMBER = 0xf0b232;
const GREEN = 0x23a55a;

/** The one message about what was dropped in an environment, as it should look now. */
export function droppedMessage(view: DroppedView, language: Language): MessageBody {
  const words = wordsFor(language);
  const { project, environment, episode, buttonId } = view;
  const { end, newest, pushes, schedules } = episode;
  const ref = `\`${inCode(newest.ref, REF_LENGTH)}\``;
  const headline = words.dropped.headline(environment.toUpperCase(), { pushes, schedules, ref });
  const button = end === undefined ? buttonId : undefined;
  return {
    content: clip(`${end === undefined ? "⏸️" : "✅"} **${headline}**`, CONTENT_LENGTH),
    embeds: [
      {
        color: end === undefined ? AMBER : GREEN,
        description: clip(
          together([stateText(view, ref, words), newestText(episode, words)]),
          DESCRIPTION_LENGTH,
        ),
        footer: { text: `${project} · ${environment} · ⏸️` },
        timestamp: new Date(episode.since).toISOString(),
      },
    ],
    components:
      button === undefined
        ? []
        : [{ type: ComponentType.ActionRow, components: [buttonOf("deploy-newest", button, words)] }],
  };
}

function stateText({ environment, episode, obstacle }: DroppedView, ref: string, words: Words): string {
  const { dropped } = words;
  const { end } = episode;
  if (end?.kind === "button") return dropped.deployed(actorText(end.by), end.number, ref);
  if (end?.kind === "runs") return dropped.runs(end.number);
  const hint = dropped.press(words.action.button["deploy-newest"], ref);
  if (obstacle === undefined) return `${dropped.free(environment)} ${hint}`;
  return `${obstacleText(obstacle, words)}\n${hint}`;
}

function obstacleText(obstacle: DropReason, words: Words): string {
  switch (obstacle.code) {
    case "request-ended":
      return words.dropped.requestEnded(obstacle.number, words.action.decided[obstacle.state]);
    case "other":
      return words.dropped.refused(inCode(obstacle.refusal, REF_LENGTH));
    case "frozen":
      return refusalText({ ...obstacle, until: obstacle.until }, words);
    case "not-on-source":
      return refusalText(withoutGaps(obstacle), words);
    default:
      return refusalText(obstacle, words);
  }
}

function newestText({ newest: { release, repository } }: Episode, { dropped }: Words): string | undefined {
  if (release === undefined) return undefined;
  const subject = plain(release.subject, SUBJECT_LENGTH);
  const author = plain(release.author, AUTHOR_LENGTH);
  const commit = [commitLink(repository, release.sha), subject, author].filter((text) => text !== "");
  return dropped.newest(commit.join(" · "));
}

/** What was stored leaves out what is not known. */
function withoutGaps({
  running,
  why,
  ...rest
}: Extract<DropReason, { code: "not-on-source" }>): Extract<Refusal, { code: "not-on-source" }> {
  return { ...rest, running, ...(why && { why }) };
}
