import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOptionalProgram } from "../../../sandbox/host/find-program.js";
import type { StrategyConfig } from "../../../src/config/schema.js";
import { Sha } from "../../../src/deployments/release.js";
import { parseReading, planReading } from "../../../src/strategies/git-checkout.js";
import { CHECK_HOST, MOVE_CHECKOUT, SAVE_ROLLBACK_POINT } from "../../../src/strategies/git-scripts.js";
import { planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, targetOf } from "../../unit/deployments/samples.js";

let root: string;
let count = 0;

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "slipway-scripts-")));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function git(directory: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  return execFileSync("git", ["-C", directory, ...identity, ...args], { encoding: "utf8" }).trim();
}

function newDirectory(name = `checkout-${++count}`): string {
  const directory = path.join(root, String(++count), name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

function newCheckout(name?: string): string {
  const directory = newDirectory(name);
  git(directory, "init", "--quiet");
  writeFileSync(path.join(directory, "file.txt"), "one\n");
  git(directory, "add", ".");
  git(directory, "commit", "--quiet", "--message", "One");
  return directory;
}

/** The shells of the machine; a host has one of them as `sh`. */
const shells = [["dash"], ["busybox", "sh"], ["bash", "--posix"]].filter(
  ([program = ""]) => findOptionalProgram(program) !== undefined,
);

describe.each(shells)("%s", (shell, ...flags) => {
  function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const program = findOptionalProgram(shell ?? "sh") ?? "sh";
    const { status, stdout, stderr } = spawnSync(program, [...flags, "-c", script, "script", ...args], {
      encoding: "utf8",
      // With a socket for its input, bash may take itself for a remote shell and read the account's start-up files.
      env: { ...process.env, SHLVL: "2", GIT_CEILING_DIRECTORIES: root, ...environment },
      cwd: root,
    });
    return { status, stdout, stderr };
  }
  const check = (
    directory: string,
    megabytes = "1",
    environment?: NodeJS.ProcessEnv,
    submodules = "recursive",
  ) => run(CHECK_HOST, [directory, megabytes, submodules], environment);
  it("passes a clean checkout and says what it found", () => {
    const directory = newCheckout();

    const { status, stdout, stderr } = check(directory);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const head = git(directory, "rev-parse", "HEAD");
    expect(stdout).toMatch(new RegExp(`^git \\d\\S*, clean checkout, \\d+ MiB free\nHEAD is ${head}\n$`));
  });

  it.each([
    "with spaces",
    'it\'s "quoted"',
    "new\nline",
    "-leading dash",
    "$(touch pwned)`touch pwned`;touch pwned",
    "*",
    "back\\nslash",
    "é🚀",
  ])("passes a checkout that is called %j, and runs nothing of its name", (name) => {
    const directory = newCheckout(name);

    const { status, stderr } = check(directory);
    const saved = run(SAVE_ROLLBACK_POINT, [directory, git(directory, "rev-parse", "HEAD")]);

    expect({ status, stderr, saved: saved.status }).toEqual({ status: 0, stderr: "", saved: 0 });
    expect(existsSync(path.join(root, "pwned"))).toBe(false);
  });

  it("passes a checkout with untracked files, and one behind a symbolic link", () => {
    const directory = newCheckout();
    writeFileSync(path.join(directory, "upload.png"), "");
    const link = path.join(newDirectory(), "link");
    symlinkSync(directory, link);

    expect(check(directory).status).toBe(0);
    expect(check(link).status).toBe(0);
  });

  it.each(["index.lock", "HEAD.lock", "refs/slipway/rollback-point.lock", "modules/lib/index.lock"])(
    "refuses a checkout with a stale %s, names the file, and leaves it",
    (name) => {
      const directory = newCheckout();
      const lock = path.join(directory, ".git", name);
      mkdirSync(path.dirname(lock), { recursive: true });
      writeFileSync(lock, "");

      const result = check(directory);

      expectRefused(result, /another git works there, or one was killed/);
      expect(result.stderr).toContain(`${lock}\n`);
      expect(existsSync(lock)).toBe(true);
    },
  );

  it("waits for a lock that is about to go", () => {
    const directory = newCheckout();
    const lock = path.join(directory, ".git", "index.lock");
    writeFileSync(lock, "");
    spawn("sh", ["-c", 'sleep 1; rm "$1"', "sh", lock], { stdio: "ignore" });

    expect(check(directory).status).toBe(0);
  });

  function expectRefused(result: ReturnType<typeof run>, advice: string | RegExp): void {
    expect(result.status).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(advice);
  }

  it("refuses a host without git", () => {
    const directory = newCheckout();

    expectRefused(check(directory, "1", { PATH: newDirectory() }), /^git is not installed on this host\.\n$/);
  });

  it("refuses a missing directory by its exact name", () => {
    const missing = path.join(root, "no\\nsuch");

    expectRefused(check(missing), `The directory ${missing} does not exist`);
  });

  it("refuses a file", () => {
    expectRefused(check(path.join(newCheckout(), "file.txt")), /does not exist/);
  });

  it("refuses a directory that is no checkout", () => {
    expectRefused(check(newDirectory()), /is not a git checkout/);
  });

  it("refuses a bare repository", () => {
    const directory = newDirectory();
    git(directory, "init", "--quiet", "--bare");

    expectRefused(check(directory), /is not a git checkout/);
  });

  it("refuses a directory inside a checkout and names its top", () => {
    const directory = newCheckout();
    mkdirSync(path.join(directory, "inside"));

    expectRefused(check(path.join(directory, "inside")), `that is ${directory}.`);
  });

  it("refuses a checkout without a commit", () => {
    const directory = newDirectory();
    git(directory, "init", "--quiet");

    expectRefused(check(directory), /has no commit/);
  });

  it.each([
    ["changed", (directory: string) => writeFileSync(path.join(directory, "file.txt"), "two\n")],
    ["deleted", (directory: string) => rmSync(path.join(directory, "file.txt"))],
    [
      "staged",
      (directory: string) => {
        writeFileSync(path.join(directory, "new.txt"), "");
        git(directory, "add", "new.txt");
      },
    ],
  ])("refuses a checkout with a file that was %s, and names it", (_how, change) => {
    const directory = newCheckout();
    change(directory);

    const result = check(directory);

    expectRefused(result, /has changes that are not committed/);
    expect(result.stderr).toMatch(/^.{3}(?:file|new)\.txt\n/);
  });

  it("refuses a full disk and says how much is wanted", () => {
    expectRefused(
      check(newCheckout(), "999999999"),
      /^Only \d+ MiB are free under .*; 999999999 MiB are wanted\.\n$/,
    );
  });

  it("saves the commit that runs as the rollback point, although HEAD is another one", () => {
    const directory = newCheckout();
    const runs = git(directory, "rev-parse", "HEAD");
    git(directory, "commit", "--quiet", "--allow-empty", "--message", "Two");

    const { status, stdout } = run(SAVE_ROLLBACK_POINT, [directory, runs]);

    expect({ status, stdout }).toEqual({ status: 0, stdout: `rollback point: ${runs}\n` });
    expect(git(directory, "rev-parse", "refs/slipway/rollback-point")).toBe(runs);
  });

  it.each([
    ["is not known", ""],
    ["is not in the checkout", "0".repeat(40)],
  ])("leaves the rollback point as it was when the commit that runs %s", (_, sha) => {
    const directory = newCheckout();
    const before = git(directory, "rev-parse", "HEAD");
    run(SAVE_ROLLBACK_POINT, [directory, before]);
    git(directory, "commit", "--quiet", "--allow-empty", "--message", "Two");

    const { status, stdout } = run(SAVE_ROLLBACK_POINT, [directory, sha]);

    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("stays as it was") });
    expect(git(directory, "rev-parse", "refs/slipway/rollback-point")).toBe(before);
  });

  const read = (directory: string) => run(planReading(strategyIn(directory))[2] ?? "", [directory]);

  it("reads HEAD of a checkout with its author and subject", () => {
    const directory = newCheckout("with 'quotes'");
    git(directory, "commit", "--quiet", "--allow-empty", "--message", "checkout none\n\nMore");

    const { status, stdout, stderr } = read(directory);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(parseReading(`a noisy host\n${stdout}`)).toEqual({
      kind: "checkout",
      release: {
        sha: git(directory, "rev-parse", "HEAD"),
        author: "Test",
        subject: "checkout none",
        committedAt: Number(git(directory, "log", "-1", "--format=%ct")) * 1000,
      },
    });
  });

  it("reads that there is no checkout: no folder, an empty one, and one without a commit", () => {
    const empty = newDirectory();
    const young = newDirectory();
    git(young, "init", "--quiet");

    for (const directory of [path.join(empty, "not", "there"), empty, young]) {
      const { status, stdout } = read(directory);

      expect({ status, reading: parseReading(stdout) }).toEqual({ status: 0, reading: { kind: "none" } });
    }
  });

  it("does not say that there is no checkout where git cannot read it", () => {
    const broken = newDirectory();
    writeFileSync(path.join(broken, ".git"), "no repository\n");

    const { status, stdout } = read(broken);

    expect(status).not.toBe(0);
    expect(stdout).toBe("");
  });
});

describe("a release with submodules", () => {
  // git refuses a submodule that is a folder of the same machine, unless it is told otherwise.
  const environment = { ...process.env, GIT_ALLOW_PROTOCOL: "file" };
  const run = (script: string, args: readonly string[]) =>
    spawnSync("sh", ["-c", script, "script", ...args], { encoding: "utf8", env: environment });
  const check = (directory: string, submodules = "recursive") =>
    run(CHECK_HOST, [directory, "1", submodules]);
  const step = (directory: string, commit: string, submodules = "recursive") => {
    const reset = ["git", "-C", directory, "reset", "--quiet", "--hard", commit, "--"];
    return run(MOVE_CHECKOUT, [directory, submodules, ...reset]);
  };
  const move = (...of: Parameters<typeof step>) => step(...of).status;
  const allowed = ["-c", "protocol.file.allow=always"];
  const add = (directory: string, from: string, name: string) => {
    git(directory, ...allowed, "submodule", "--quiet", "add", from, name);
    git(directory, "commit", "--quiet", "--message", `Add ${name}`);
  };
  const update = (directory: string, name: string) => {
    git(path.join(directory, name), ...allowed, "pull", "--quiet", "--recurse-submodules=no");
    git(directory, "commit", "--quiet", "--all", "--message", "Two");
  };
  let app: string;
  let outer: string;
  let first: string;
  let second: string;

  // A library in a library in an application, which moves both in its second commit.
  beforeAll(() => {
    const inner = newCheckout();
    outer = newCheckout();
    app = newCheckout();
    add(outer, inner, "inner");
    add(app, outer, "lib");
    first = git(app, "rev-parse", "HEAD");
    writeFileSync(path.join(inner, "file.txt"), "two\n");
    git(inner, "commit", "--quiet", "--all", "--message", "Two");
    update(outer, "inner");
    update(app, "lib");
    second = git(app, "rev-parse", "HEAD");
  });

  function cloned() {
    const checkout = newDirectory();
    git(checkout, ...allowed, "clone", "--quiet", "--recurse-submodules", app, ".");
    return { checkout, file: path.join(checkout, "lib", "inner", "file.txt") };
  }

  it("moves them with it, one within the other, forwards and back, also where one was left behind", () => {
    const { checkout, file } = cloned();
    const contents: string[] = [];

    for (const commit of [first, second, first]) {
      expect(move(checkout, commit)).toBe(0);
      contents.push(readFileSync(file, "utf8"));
    }
    git(checkout, "reset", "--quiet", "--hard", second);
    const left = check(checkout);
    move(checkout, second);
    contents.push(readFileSync(file, "utf8"));

    expect(contents).toEqual(["one\n", "two\n", "one\n", "two\n"]);
    expect({ status: left.status, stderr: left.stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("is refused where one of them has changes that are not committed, and left alone by `none`", () => {
    const { checkout, file } = cloned();
    move(checkout, first);
    writeFileSync(file, "changed\n");

    const refused = check(checkout);

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain("lib/inner:  M file.txt");
    expect(check(checkout, "none").status).toBe(0);
    expect(move(checkout, second, "none")).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("changed\n");
  });

  /** An application whose second commit is its first one with the library `lib`, which nobody can read any more. */
  function withLostLibrary() {
    const source = newCheckout();
    const library = newCheckout();
    const before = git(source, "rev-parse", "HEAD");
    add(source, library, "lib");
    const added = git(source, "rev-parse", "HEAD");
    git(source, "commit", "--quiet", "--allow-empty", "--message", "Three");
    const after = git(source, "rev-parse", "HEAD");
    rmSync(library, { recursive: true });
    const checkout = newDirectory();
    git(checkout, "clone", "--quiet", source, ".");
    return { checkout, before, added, after };
  }

  it("fails where one that is new cannot be fetched, says what to do, and goes back", () => {
    const { checkout, before, added } = withLostLibrary();
    git(checkout, "reset", "--quiet", "--hard", before);

    const failed = [step(checkout, added), step(checkout, added)];

    expect(failed.map(({ status }) => status)).toEqual([1, 1]);
    expect(failed[0]?.stderr).toContain("'submodules: none'");
    expect(check(checkout).status).toBe(0);
    expect(move(checkout, before)).toBe(0);
  });

  it("leaves one alone that was never initialised, which the host need not be able to read", () => {
    const { checkout, added, after } = withLostLibrary();

    for (const commit of [added, after, added]) {
      expect(check(checkout).status).toBe(0);
      const { status, stdout } = step(checkout, commit);
      expect({ status, stdout }).toEqual({
        status: 0,
        stdout: expect.stringContaining("lib is not initialised"),
      });
    }
  });

  it("leaves one alone that is within another and was never initialised", () => {
    const checkout = newDirectory();
    git(checkout, "clone", "--quiet", app, ".");
    git(checkout, "reset", "--quiet", "--hard", first);
    git(checkout, ...allowed, "submodule", "--quiet", "update", "--init");

    const { status, stdout } = step(checkout, second);

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringContaining("lib/inner is not initialised"),
    });
    expect(git(checkout, "submodule", "status")).toMatch(/^\w/);
    expect(existsSync(path.join(checkout, "lib", "inner", "file.txt"))).toBe(false);
  });

  it("moves those of a commit that is the first one with any", () => {
    const source = newCheckout();
    const before = git(source, "rev-parse", "HEAD");
    add(source, outer, "a * library");
    const checkout = newDirectory();
    git(checkout, "clone", "--quiet", source, ".");
    const added = git(source, "rev-parse", "HEAD");
    git(checkout, "reset", "--quiet", "--hard", before);

    expect(move(checkout, added)).toBe(0);
    expect(readFileSync(path.join(checkout, "a * library", "inner", "file.txt"), "utf8")).toBe("two\n");
  });

  it.each(["recursive", "none"])(
    "moves on a host whose git goes into submodules by itself, with %s",
    (submodules) => {
      const source = newCheckout();
      const library = newCheckout();
      add(source, library, "lib");
      const checkout = newDirectory();
      git(checkout, ...allowed, "clone", "--quiet", "--recurse-submodules", source, ".");
      git(checkout, "config", "submodule.recurse", "true");
      writeFileSync(path.join(library, "file.txt"), "two\n");
      git(library, "commit", "--quiet", "--all", "--message", "Two");
      update(source, "lib");
      const release = aRelease({ sha: Sha.parse(git(source, "rev-parse", "HEAD")) });
      const strategy = { type: "git", directory: checkout, submodules, restart: { run: ["true"] } };
      const config = configWith({ uat: environmentInput({ strategy }) });
      const { steps } = planFor(targetOf(config, "shop", "uat").config, release);

      const ended = ["fetch:web-1", "checkout:web-1"].map((id) => {
        const [program = "", ...args] = steps.flatMap((each) =>
          each.kind === "command" && each.id === id ? each.argv : [],
        );
        return spawnSync(program, args, { env: environment, encoding: "utf8" });
      });

      expect(ended.map(({ status, stderr }) => ({ status, fatal: /fatal.*/.exec(stderr)?.[0] }))).toEqual([
        { status: 0, fatal: undefined },
        { status: 0, fatal: undefined },
      ]);
      const content = readFileSync(path.join(checkout, "lib", "file.txt"), "utf8");
      expect(content).toBe(submodules === "none" ? "one\n" : "two\n");
    },
  );

  it("comes to the commit's own where .gitmodules asks for a merge", () => {
    const source = newCheckout();
    const library = newCheckout();
    add(source, library, "lib");
    for (const number of ["1", "2"]) {
      git(source, "config", "--file", ".gitmodules", "submodule.lib.update", "merge");
      writeFileSync(path.join(library, "file.txt"), `${number}\n`);
      git(library, "commit", "--quiet", "--all", "--message", number);
      update(source, "lib");
    }
    const checkout = newDirectory();
    git(checkout, ...allowed, "clone", "--quiet", "--recurse-submodules", source, ".");

    expect(move(checkout, git(source, "rev-parse", "HEAD~1"))).toBe(0);
    expect(readFileSync(path.join(checkout, "lib", "file.txt"), "utf8")).toBe("1\n");
  });

  it("passes one whose clone was interrupted, and moves it", () => {
    const { checkout, file } = cloned();
    rmSync(path.join(checkout, ".git", "modules", "lib", "modules", "inner", "index"));
    rmSync(file);

    const { status, stderr } = check(checkout);

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(move(checkout, first)).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("one\n");
  });

  it("moves one that has another address since the one around it moved", () => {
    const [source, middle, old, moved] = [newCheckout(), newCheckout(), newCheckout(), newDirectory()];
    add(middle, old, "inner");
    add(source, middle, "lib");
    const checkout = newDirectory();
    git(checkout, ...allowed, "clone", "--quiet", "--recurse-submodules", source, ".");
    git(moved, "clone", "--quiet", old, ".");
    rmSync(old, { recursive: true });
    writeFileSync(path.join(moved, "file.txt"), "two\n");
    git(moved, "commit", "--quiet", "--all", "--message", "Two");
    git(middle, "config", "--file", ".gitmodules", "submodule.inner.url", moved);
    git(middle, "submodule", "--quiet", "sync");
    update(middle, "inner");
    update(source, "lib");
    git(checkout, "fetch", "--quiet", "--no-recurse-submodules");

    expect(move(checkout, git(source, "rev-parse", "HEAD"))).toBe(0);
    expect(readFileSync(path.join(checkout, "lib", "inner", "file.txt"), "utf8")).toBe("two\n");
  });

  it("names the way out where the commit has a submodule without an address", () => {
    const { checkout } = cloned();
    git(checkout, "update-index", "--add", "--cacheinfo", `160000,${first},stray`);
    git(checkout, "commit", "--quiet", "--message", "Stray");

    const { status, stderr } = check(checkout);

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("'submodules: none'") });
    expect(check(checkout, "none").status).toBe(0);
  });
});

const strategyIn = (directory: string) =>
  ({
    ...{ type: "git", directory, remote: "origin", minimumFreeMegabytes: 1 },
    ...{ submodules: "recursive", fetchTimeout: 60, checkoutTimeout: 60 },
    ...{ before: [], after: [], diagnostics: [], restart: { run: ["true"], timeout: 1 } },
  }) as const satisfies StrategyConfig;

describe("an answer to the question what HEAD is", () => {
  const sha = "1".repeat(40);
  const good = `checkout ${sha} 1700000000\nauthor Ada\nsubject Sell shoes\n`;

  it.each([
    ["nothing", ""],
    ["two answers", good + good],
    ["both", `checkout none\n${good}`],
    ["no author", `checkout ${sha} 1700000000\nsubject x\n`],
    ["a short SHA", good.replace(sha, sha.slice(1))],
    ["an answer that was cut", `checkout ${sha} 1700000000\nauthor A`],
  ])("is not believed when it is %s", (_, output) => {
    expect(parseReading(output)).toBeUndefined();
  });

  it("is believed when it is whole", () => {
    expect(parseReading(good)).toMatchObject({ kind: "checkout", release: { sha, subject: "Sell shoes" } });
  });
});
