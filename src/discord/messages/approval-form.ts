import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  TextInputStyle,
} from "discord-api-types/v10";
import type { Language } from "../../config/schema.js";
import type { DeploymentRecord } from "../../deployments/record.js";
import { shortSha } from "../../deployments/release.js";
import { visible } from "../../visible-text.js";
import { wordsFor } from "../locales/index.js";
import { clip } from "./text.js";

/** Discord's limits of a form's title and label, and of a label's description. */
const TITLE_LENGTH = 45;
const DESCRIPTION_LENGTH = 100;
/** A wrong word must come through, so that the person hears that nothing was changed. */
const WORD_LENGTH = 100;

export const WORD_INPUT = "word";

/** The form that *Approve…* opens: it says once more what is approved, and takes one word. */
export function approvalForm(
  record: DeploymentRecord,
  customId: string,
  language: Language,
): APIModalInteractionResponseCallbackData {
  const { form } = wordsFor(language).action;
  const { kind, project, environment, release } = record;
  const commit = shortSha(release.sha);
  const about = `${project} / ${environment} · ${commit} · ${visible(release.subject).replace(/\s+/g, " ")}`;
  return {
    custom_id: customId,
    title: clip(form.title[kind](environment), TITLE_LENGTH),
    components: [
      {
        type: ComponentType.Label,
        label: clip(form.label(commit, environment), TITLE_LENGTH),
        description: clip(about.trim(), DESCRIPTION_LENGTH),
        component: {
          type: ComponentType.TextInput,
          custom_id: WORD_INPUT,
          style: TextInputStyle.Short,
          placeholder: "DEPLOY",
          required: true,
          min_length: 1,
          max_length: WORD_LENGTH,
        },
      },
    ],
  };
}
