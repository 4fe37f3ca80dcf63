import { ApiProblem, notFound } from "../../errors.js";
import { unlessNo } from "../../git/git-runner.js";
import { readCommit, wholeSeconds } from "../../git/read-commits.js";
import { findRef, hasCommit, listRefs } from "../../git/refs.js";
import type { Repository } from "../../git/repository-store.js";
import { gitCommitBody, refBody, unsignedVerification } from "../bodies/commit-bodies.js";
import { type Answer, type Call, ok, param, type Route, repositoryRoute } from "../call.js";
import { apiUrl, nodeId } from "../urls.js";

/** The Git database: exact refs and objects. */
export const gitRoutes: readonly Route[] = [
  repositoryRoute("GET", "/git/ref/{ref}", [], getRef),
  repositoryRoute("GET", "/git/matching-refs/{ref}", [], listMatchingRefs),
  repositoryRoute("GET", "/git/commits/{commit_sha}", [], getCommit),
  repositoryRoute("GET", "/git/tags/{tag_sha}", [], getTag),
];

async function getRef(repository: Repository, call: Call): Promise<Answer> {
  const ref = await findRef(repository, `refs/${param(call, "ref")}`);
  if (!ref) throw notFound();
  return ok(refBody(call.state, repository, ref));
}

async function listMatchingRefs(repository: Repository, call: Call): Promise<Answer> {
  const start = `refs/${param(call, "ref")}`;
  const refs = await listRefs(repository);
  return ok(
    refs.filter((ref) => ref.name.startsWith(start)).map((ref) => refBody(call.state, repository, ref)),
  );
}

async function getCommit(repository: Repository, call: Call): Promise<Answer> {
  const sha = fullSha(param(call, "commit_sha"));
  if (!(await hasCommit(repository, sha))) throw notFound();
  return ok(gitCommitBody(call.state, repository, await readCommit(repository, sha)));
}

async function getTag(repository: Repository, call: Call): Promise<Answer> {
  const sha = fullSha(param(call, "tag_sha"));
  const verified = await unlessNo(repository.git(["rev-parse", "--verify", "--quiet", `${sha}^{tag}`]));
  if (verified === undefined) throw notFound();
  const tag = parseTag(await repository.git(["cat-file", "tag", sha]));
  return ok({
    node_id: nodeId("Tag", sha),
    sha,
    url: `${apiUrl(call.state, repository)}/git/tags/${sha}`,
    tag: tag.name,
    message: tag.message,
    tagger: tag.tagger,
    object: {
      sha: tag.object,
      type: tag.type,
      url: `${apiUrl(call.state, repository)}/git/${tag.type}s/${tag.object}`,
    },
    verification: unsignedVerification,
  });
}

/** GitHub takes nothing but a whole SHA here. */
function fullSha(text: string): string {
  if (/^[0-9a-f]{40}$/.test(text)) return text;
  throw new ApiProblem(422, "The sha parameter must be exactly 40 characters and contain only [0-9a-f].");
}

function parseTag(text: string): {
  readonly object: string;
  readonly type: string;
  readonly name: string;
  readonly tagger: { readonly name: string; readonly email: string; readonly date: string };
  readonly message: string;
} {
  const end = text.indexOf("\n\n");
  const headers = new Map(
    text
      .slice(0, end)
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const),
  );
  const [, name = "", email = "", seconds = "0"] =
    /^(.*) <(.*)> (\d+)/.exec(headers.get("tagger") ?? "") ?? [];
  return {
    object: headers.get("object") ?? "",
    type: headers.get("type") ?? "",
    name: headers.get("tag") ?? "",
    tagger: { name, email, date: wholeSeconds(new Date(Number(seconds) * 1000)) },
    message: text.slice(end + 2).replace(/\n+$/, ""),
  };
}
