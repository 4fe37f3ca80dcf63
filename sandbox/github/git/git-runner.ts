import { spawn } from "node:child_process";
import { devNull } from "node:os";
import { GitFailed } from "../errors.js";

/** Runs git in one repository. @throws GitFailed */
export type Git = (
  args: readonly string[],
  options?: { readonly input?: string | Buffer; readonly env?: Readonly<Record<string, string>> },
) => Promise<string>;

export interface GitRunner {
  in(directory: string): Git;
  /** Kills what still runs and resolves once every process is gone. */
  close(): Promise<void>;
}

/** Nothing of the machine's or the user's own git configuration may change what the stand-in does. */
const isolatedEnvironment = (): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  HOME: devNull,
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "GitHub",
  GIT_AUTHOR_EMAIL: "noreply@github.com",
  GIT_COMMITTER_NAME: "GitHub",
  GIT_COMMITTER_EMAIL: "noreply@github.com",
});

export function createGitRunner(): GitRunner {
  const running = new Set<Promise<unknown>>();
  const stop = new AbortController();

  const run = (
    directory: string,
    args: readonly string[],
    options: Parameters<Git>[1] = {},
  ): Promise<string> => {
    const finished = runGit(directory, args, options, stop.signal);
    const tracked = finished.catch(() => undefined).finally(() => running.delete(tracked));
    running.add(tracked);
    return finished;
  };

  return {
    in: (directory) => (args, options) => run(directory, args, options),
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

function runGit(
  directory: string,
  args: readonly string[],
  options: NonNullable<Parameters<Git>[1]>,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, {
      cwd: directory,
      env: { ...isolatedEnvironment(), ...options.env },
      signal,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let failure: Error | undefined;
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) => {
      failure = error;
    });
    // Git may end before it has read all of its input; its exit code tells why, the broken pipe does not.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.on("close", (code) => {
      if (failure) reject(failure);
      else if (code === 0) resolve(Buffer.concat(stdout).toString("utf8"));
      else reject(new GitFailed(args, code, Buffer.concat(stderr).toString("utf8")));
    });
  });
}

/** For commands that answer "no" with exit code 1, such as `merge-base --is-ancestor`. */
export async function unlessNo<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitFailed && error.exitCode === 1) return undefined;
    throw error;
  }
}
