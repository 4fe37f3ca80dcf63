import { Octokit } from "@octokit/rest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { GitHubOptions, GitHubStandIn } from "../../../sandbox/github/types.js";

export const owner = "acme";
export const repo = "shop";
export const shop = `${owner}/${repo}`;

export interface Fixture {
  readonly github: GitHubStandIn;
  readonly octokit: Octokit;
  /** The first commit on `main`. */
  readonly first: string;
}

/** A stand-in with one repository, which checks everything against GitHub's description, and a real client. */
export async function startFixture(options: GitHubOptions = {}): Promise<Fixture> {
  const github = await startGitHub({ validate: true, ...options });
  await github.createRepository(shop, { "README.md": "# Shop\n", "app/server.mjs": "export {};\n" });
  return { github, octokit: clientOf(github), first: await github.headOf(shop, "main") };
}

export function clientOf(github: GitHubStandIn, token = github.token): Octokit {
  const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  return new Octokit({ baseUrl: github.apiUrl, auth: token, log: quiet });
}

const ignore = (): void => undefined;

/** How the client sees a refusal. */
export async function statusOf(request: Promise<unknown>): Promise<number> {
  try {
    await request;
    return 200;
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number") return error.status;
    throw error;
  }
}
