import type { Config, ProjectConfig } from "../config/schema.js";
import type { FoundTarget } from "../deployments/targets.js";
import {
  isSameName,
  isUnreported,
  type KnownRepository,
  matchRepository,
  type NamedRepository,
  type RepositoryRef,
  type Sighting,
} from "../repositories/known-repository.js";
import type { RepositoryStore } from "../repositories/repository-store.js";
import type { AppParts } from "./ports.js";

/** What GitHub says of a name. */
export type RepositoryAnswer =
  | { readonly kind: "found"; readonly repository: NamedRepository }
  /** It does not exist, or the token cannot read it. */
  | { readonly kind: "unseen" }
  | { readonly kind: "unavailable" };

/** Reads which repository has a name now, or had it last. Never throws. */
export type RepositoryReader = (fullName: string) => Promise<RepositoryAnswer>;

/** What was seen of the configured name of a project. */
export interface ProjectSighting extends Sighting {
  readonly project: string;
  /** As it is configured. */
  readonly repository: string;
}

/** GitHub did not answer which repository a configured name stands for; the job tries again. */
export class RepositoryUnknownError extends Error {
  readonly repository: string;

  constructor(repository: string) {
    super(`GitHub did not answer which repository ${repository} is.`);
    this.name = "RepositoryUnknownError";
    this.repository = repository;
  }
}

type RepositoryParts = Pick<AppParts, "config" | "repositories" | "readRepository" | "queues">;

/** Where a push says that it comes from. */
export interface PushSource {
  readonly repository: string;
  /** Absent in deliveries that an earlier version has persisted. */
  readonly repositoryId?: number | undefined;
}

/**
 * Finds the projects whose repository was pushed to: by GitHub's id where it is known, by the name until then.
 *
 * @returns their names, and what was seen for the first time
 * @throws RepositoryUnknownError while GitHub does not answer, and the push may be of a configured repository
 */
export async function projectsOf(
  parts: RepositoryParts,
  targets: readonly FoundTarget[],
  { repository: name, repositoryId: id }: PushSource,
): Promise<{ readonly projects: ReadonlySet<string>; readonly seen: readonly ProjectSighting[] }> {
  const projects = new Set<string>();
  const seen: ProjectSighting[] = [];
  const named = new Map(targets.map(({ project, projectConfig }) => [project, projectConfig]));
  for (const [project, projectConfig] of named) {
    if (id === undefined) {
      if (isSameName(projectConfig.repository, name)) projects.add(project);
      continue;
    }
    const pushed = { id, name };
    const known = await knownOrLearned(parts, project, projectConfig, pushed);
    if (known === undefined) continue;
    const { kind, sighting } = matchRepository(known, pushed);
    if (kind === "own") projects.add(project);
    if (sighting !== undefined) seen.push(...(await note(parts, known, sighting)));
  }
  return { projects, seen };
}

/** A signed push under the configured name tells the id, as long as none is known. */
async function knownOrLearned(
  parts: RepositoryParts,
  project: string,
  config: ProjectConfig,
  pushed: NamedRepository,
): Promise<KnownRepository | undefined> {
  const known = await knownRepository(parts.repositories, project, config);
  if (known !== undefined) return known;
  if (isSameName(config.repository, pushed.name)) {
    return parts.repositories.learn(project, config.repository, pushed.id);
  }
  const answer = await parts.readRepository(config.repository);
  if (answer.kind === "unavailable") throw new RepositoryUnknownError(config.repository);
  if (answer.kind === "unseen") return undefined;
  return parts.repositories.learn(project, config.repository, answer.repository.id);
}

/** What the configuration says comes before what was learned. */
async function knownRepository(
  store: RepositoryStore,
  project: string,
  { repository, repositoryId }: ProjectConfig,
): Promise<KnownRepository | undefined> {
  return repositoryId === undefined
    ? store.find(project, repository)
    : store.replace(project, repository, repositoryId);
}

/** The repository of a project, as far as it is known. */
export async function repositoryOf(
  { repositories }: Pick<AppParts, "repositories">,
  { project, projectConfig: { repository: name, repositoryId } }: FoundTarget,
): Promise<RepositoryRef> {
  const id = repositoryId ?? (await repositories.find(project, name))?.id;
  return { name, ...(id !== undefined && { id }) };
}

/** Has people told, until they were. @returns the sighting where it is new */
async function note(
  { repositories, queues }: RepositoryParts,
  { project, repository }: KnownRepository,
  sighting: Sighting,
): Promise<readonly ProjectSighting[]> {
  const isNew = await repositories.note(project, repository, sighting);
  const known = await repositories.find(project, repository);
  const about = { project, repository, ...sighting };
  if (known !== undefined && isUnreported(known, sighting)) await queues.addRepositoryNotice(about);
  return isNew ? [about] : [];
}

/** Whether a push may be one of a project that follows the branch: asked before it is persisted. */
export async function mayBeOf(
  store: RepositoryStore,
  targets: readonly FoundTarget[],
  { repository, repositoryId }: PushSource,
): Promise<boolean> {
  if (targets.some(({ projectConfig }) => isSameName(projectConfig.repository, repository))) return true;
  if (repositoryId === undefined) return false;
  for (const { project, projectConfig } of targets) {
    const id = projectConfig.repositoryId ?? (await store.find(project, projectConfig.repository))?.id;
    // Of a repository whose id is not known, any push may be: GitHub is asked when it is handled.
    if (id === undefined || id === repositoryId) return true;
  }
  return false;
}

/**
 * Learns the ids of the configured repositories that are not known, and looks whether each name still stands for the
 * same one.
 * @returns what was seen for the first time
 */
export async function checkRepositories(parts: RepositoryParts): Promise<readonly ProjectSighting[]> {
  const seen: ProjectSighting[] = [];
  for (const [project, config] of Object.entries(parts.config.projects)) {
    const answer = await parts.readRepository(config.repository);
    if (answer.kind !== "found") continue;
    const { repository } = answer;
    const known =
      (await knownRepository(parts.repositories, project, config)) ??
      (await parts.repositories.learn(project, config.repository, repository.id));
    const { sighting } = matchRepository(known, repository);
    if (sighting !== undefined) seen.push(...(await note(parts, known, sighting)));
  }
  return seen;
}

/**
 * The id by which GitHub's API is to be asked for a configured repository, where its name may lead to another one.
 * @returns undefined where the name does
 */
export async function idInsteadOfName(
  { config, repositories }: { readonly config: Config; readonly repositories: RepositoryStore },
  fullName: string,
): Promise<number | undefined> {
  for (const [project, { repository, repositoryId }] of Object.entries(config.projects)) {
    if (!isSameName(repository, fullName)) continue;
    if (repositoryId !== undefined) return repositoryId;
    const known = await repositories.find(project, repository);
    if (known !== undefined && known.sightings.length > 0) return known.id;
  }
  return undefined;
}

export interface ReportParts extends Pick<AppParts, "config" | "repositories"> {
  /** @throws Error when people could not be told */
  report(about: ProjectSighting): Promise<void>;
}

/** Tells people once. What the configuration has been changed for is not told any more. */
export async function reportSighting(
  { config, repositories, report }: ReportParts,
  about: ProjectSighting,
): Promise<void> {
  const { project, repository } = about;
  const projects = config.projects;
  const configured = Object.hasOwn(projects, project) ? projects[project] : undefined;
  if (configured === undefined || !isSameName(configured.repository, repository)) return;
  const known = await knownRepository(repositories, project, configured);
  if (known === undefined || !isUnreported(known, about)) return;
  await report(about);
  await repositories.markReported(project, repository, about);
}
