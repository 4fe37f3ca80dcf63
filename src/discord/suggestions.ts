import { defaultRef } from "../app/request-deployment.js";
import { mayDeploy } from "../deployments/gates.js";
import { shortSha } from "../deployments/release.js";
import { allTargets, environmentNames, findTarget } from "../deployments/targets.js";
import type { RefSuggestion } from "../github/ref-suggestions.js";
import { visible } from "../visible-text.js";
import type { App, Options, Reader, Suggestion } from "./command.js";
import { clip } from "./messages/text.js";

/** Discord's limit for a choice's name and value, in characters. */
const CHOICE_LENGTH = 100;

/** Proposes environments, projects and refs: the options that `/deploy` and its kin share. */
export async function suggestTarget(
  option: string,
  typed: string,
  options: Options,
  app: App,
  reader: Reader,
): Promise<readonly Suggestion[]> {
  switch (option) {
    case "environment":
      return matching(environmentNames(app.config, options.text("project")), typed);
    case "project":
      return matching(projectNames(app, options.text("environment")), typed);
    case "ref":
      return suggestRefs(typed, options, app, reader);
    default:
      return [];
  }
}

/** As for `/deploy`, with the logs of the chosen environment. */
export const suggestLog: typeof suggestTarget = async (option, typed, options, app, reader) => {
  if (option !== "service") return suggestTarget(option, typed, options, app, reader);
  const found = findTarget(app.config, options.text("environment") ?? "", options.text("project"));
  if (found.kind === "refused") return [];
  return matching(
    found.target.config.logs.map(({ name }) => name),
    typed,
  );
};

/**
 * Proposes where a release comes from and goes to: first those that the configuration puts one after the other.
 */
export async function suggestPromotion(
  option: string,
  typed: string,
  options: Options,
  app: App,
): Promise<readonly Suggestion[]> {
  if (option === "project") return matching(projectNames(app, options.text("to")), typed);
  const all = allTargets(app.config).filter(
    ({ project }) => options.text("project") === undefined || options.text("project") === project,
  );
  const other = options.text(option === "from" ? "to" : "from");
  const goals = all.filter(
    ({ environment }) => option !== "from" || other === undefined || environment === other,
  );
  const sources = new Set(goals.map(({ config }) => config.from));
  const next = all.filter(({ environment, config }) =>
    option === "from"
      ? sources.has(environment)
      : config.from !== undefined && (other === undefined || config.from === other),
  );
  const names = [...next, ...all].map(({ environment }) => environment).filter((name) => name !== other);
  return matching([...new Set(names)], typed);
}

function projectNames({ config }: App, environment: string | undefined): readonly string[] {
  const all = Object.keys(config.projects);
  const having = all.filter((project) => environmentNames(config, project).includes(environment ?? ""));
  return having.length > 0 ? having : all;
}

/** Only to those who may deploy: a private repository's branches and commits are nobody else's business. */
async function suggestRefs(
  typed: string,
  options: Options,
  app: App,
  { person }: Reader,
): Promise<readonly Suggestion[]> {
  const found = findTarget(app.config, options.text("environment") ?? "", options.text("project"));
  if (found.kind === "refused") return [];
  const { target } = found;
  if (!mayDeploy(target, { kind: "person", ...person })) return [];
  const refs = await app.suggestRefs(target.projectConfig.repository, defaultRef(target), typed);
  return refs
    .filter(({ ref }) => ref.length <= CHOICE_LENGTH)
    .map((ref) => ({ name: label(ref), value: ref.ref }));
}

function label({ ref, kind, subject }: RefSuggestion): string {
  if (kind === "commit") return clip(`◆ ${shortSha(ref)} ${visible(subject ?? "")}`.trim(), CHOICE_LENGTH);
  return clip(`${kind === "branch" ? "⎇" : "🏷"} ${visible(ref)}`, CHOICE_LENGTH);
}

/** Those that contain what was typed; what it begins comes first, for Discord shows only 25. */
function matching(names: readonly string[], typed: string): readonly Suggestion[] {
  const wanted = typed.trim().toLowerCase();
  const found = names.filter((name) => name.includes(wanted));
  const ranked = [0, 1, 2].flatMap((rank) => found.filter((name) => rankOf(name, wanted) === rank));
  return ranked.map((name) => ({ name, value: name }));
}

function rankOf(name: string, wanted: string): 0 | 1 | 2 {
  if (name === wanted) return 0;
  return name.startsWith(wanted) ? 1 : 2;
}
