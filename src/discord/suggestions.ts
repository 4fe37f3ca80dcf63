import { defaultRef } from "../app/request-deployment.js";
import { shortSha } from "../deployments/release.js";
import { environmentNames, findTarget } from "../deployments/targets.js";
import type { RefSuggestion } from "../github/ref-suggestions.js";
import type { App, Options, Suggestion } from "./command.js";
import { clip, visible } from "./messages/text.js";

/** Discord's limit for a choice's name and value, in characters. */
const CHOICE_LENGTH = 100;

/** Proposes environments, projects and refs: the options that `/deploy` and its kin share. */
export async function suggestTarget(
  option: string,
  typed: string,
  options: Options,
  app: App,
): Promise<readonly Suggestion[]> {
  switch (option) {
    case "environment":
      return matching(environmentNames(app.config, options.text("project")), typed);
    case "project":
      return matching(projectNames(app, options.text("environment")), typed);
    case "ref":
      return suggestRefs(typed, options, app);
    default:
      return [];
  }
}

function projectNames({ config }: App, environment: string | undefined): readonly string[] {
  const all = Object.keys(config.projects);
  const having = all.filter((project) => environmentNames(config, project).includes(environment ?? ""));
  return having.length > 0 ? having : all;
}

async function suggestRefs(typed: string, options: Options, app: App): Promise<readonly Suggestion[]> {
  const found = findTarget(app.config, options.text("environment") ?? "", options.text("project"));
  if (found.kind === "refused") return [];
  const { target } = found;
  const refs = await app.suggestRefs(target.projectConfig.repository, defaultRef(target), typed);
  return refs
    .filter(({ ref }) => ref.length <= CHOICE_LENGTH)
    .map((ref) => ({ name: label(ref), value: ref.ref }));
}

function label({ ref, kind, subject }: RefSuggestion): string {
  if (kind === "commit") return clip(`◆ ${shortSha(ref)} ${visible(subject ?? "")}`.trim(), CHOICE_LENGTH);
  return clip(`${kind === "branch" ? "⎇" : "🏷"} ${visible(ref)}`, CHOICE_LENGTH);
}

function matching(names: readonly string[], typed: string): readonly Suggestion[] {
  const wanted = typed.toLowerCase();
  return names.filter((name) => name.includes(wanted)).map((name) => ({ name, value: name }));
}
