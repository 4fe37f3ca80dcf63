import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import { type Fixture, shop, startFixture } from "./github-fixture.js";

const run = promisify(execFile);

describe("the repositories", () => {
  let fixture: Fixture;
  let folder: string;
  beforeEach(async () => {
    fixture = await startFixture();
    folder = await mkdtemp(path.join(tmpdir(), "slipway-clone-"));
  });
  afterEach(async () => {
    await fixture.github.close();
    await rm(folder, { recursive: true, force: true });
  });

  const git = async (...args: string[]): Promise<string> =>
    (await run("git", ["-C", folder, ...args])).stdout.trim();

  it("serve a SHA that no branch holds any more", async () => {
    const { github, first } = fixture;
    const lost = await github.commit(shop, {
      branch: "main",
      message: "Lost",
      files: { "run.sh": "#!/bin/sh\n" },
    });
    await github.moveBranch(shop, "main", first);
    await git("clone", "--quiet", github.cloneUrl(shop), ".");
    await git("fetch", "--quiet", "origin", lost);
    await git("reset", "--quiet", "--hard", lost);
    expect(await readFile(path.join(folder, "run.sh"), "utf8")).toBe("#!/bin/sh\n");
    expect((await stat(path.join(folder, "run.sh"))).mode & 0o111).not.toBe(0);
  });

  it("take a push, which the API then shows", async () => {
    await git("clone", "--quiet", fixture.github.cloneUrl(shop), ".");
    await git(
      "-c",
      "user.name=A",
      "-c",
      "user.email=a@example.com",
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      "Mine",
    );
    await git("push", "--quiet", "origin", "HEAD:main");
    const { data } = await fixture.octokit.repos.getBranch({ owner: "acme", repo: "shop", branch: "main" });
    expect(data.commit.commit.message).toBe("Mine");
  });

  it("take commits to one branch in turn", async () => {
    const write = (name: string) =>
      fixture.github.commit(shop, { branch: "main", message: name, files: { [name]: "" } });
    await Promise.all(["a", "b", "c", "d"].map(write));
    const { data } = await fixture.octokit.repos.listCommits({ owner: "acme", repo: "shop" });
    expect(data.map(({ commit }) => commit.message)).toEqual(["d", "c", "b", "a", "First commit"]);
  });

  it("keep odd file names", async () => {
    const names = ['quo"te', "back\\slash", "new\nline", "é 1", "--option"];
    const files = Object.fromEntries(names.map((name) => [name, name]));
    const sha = await fixture.github.commit(shop, { branch: "main", message: "Odd", files });
    const { data } = await fixture.octokit.repos.getCommit({ owner: "acme", repo: "shop", ref: sha });
    expect(data.files?.map(({ filename }) => filename).sort()).toEqual(names.sort());
  });

  it("know nothing of the user's own git configuration", async () => {
    const sha = await fixture.github.commit(shop, { branch: "main", message: "Mine", files: {} });
    const { data } = await fixture.octokit.git.getCommit({ owner: "acme", repo: "shop", commit_sha: sha });
    expect(data.committer).toMatchObject({ name: "Camille Moreau", email: "camille@example.com" });
  });

  it("are gone after close", async () => {
    const directory = fileURLToPath(fixture.github.cloneUrl(shop));
    await fixture.github.close();
    expect(existsSync(directory)).toBe(false);
  });

  it("stay in a directory that was given", async () => {
    const github = await startGitHub({ directory: folder });
    await github.createRepository(shop, { "README.md": "# Shop\n" });
    await github.close();
    expect(existsSync(path.join(folder, "acme", "shop.git", "HEAD"))).toBe(true);
  });

  it.each([
    [
      "createRepository with a name that exists",
      "exists",
      () => fixture.github.createRepository("Acme/Shop", {}),
    ],
    ["createRepository outside the folder", "bad-name", () => fixture.github.createRepository("../..", {})],
    ["headOf an unknown branch", "unknown-branch", () => fixture.github.headOf(shop, "none")],
    ["deleteBranch of an unknown branch", "unknown-branch", () => fixture.github.deleteBranch(shop, "none")],
    ["createBranch that exists", "exists", () => fixture.github.createBranch(shop, "main", fixture.first)],
    [
      "createBranch at no commit",
      "unknown-commit",
      () => fixture.github.createBranch(shop, "x", "1".repeat(40)),
    ],
    [
      "moveBranch of an unknown branch",
      "unknown-branch",
      () => fixture.github.moveBranch(shop, "x", fixture.first),
    ],
    [
      "commit to an unknown repository",
      "unknown-repository",
      () => fixture.github.headOf("acme/none", "main"),
    ],
  ])("refuse %s", async (_, code, ask) => {
    await expect(ask()).rejects.toMatchObject({ name: "SetupRefused", code });
  });
});
