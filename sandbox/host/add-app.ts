import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { claimPort } from "./claim-port.js";
import { findProgram } from "./find-program.js";
import { HostError } from "./host-error.js";
import type { HostPaths } from "./host-paths.js";
import { poll } from "./poll.js";
import { isAlive, signal } from "./processes.js";
import { runProgram } from "./run-program.js";
import type { HostApp } from "./types.js";

const startDeadlineMs = 10_000;

export interface AddAppParts {
  readonly paths: HostPaths;
  /** Environment of a session on the host. */
  readonly environment: Readonly<Record<string, string>>;
}

/** See `TargetHost.addApp`. */
export async function addApp(parts: AddAppParts, name: string, cloneUrl: string): Promise<HostApp> {
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(name)) throw new HostError(`"${name}" is no name for an app`);
  const { paths, environment } = parts;
  const port = await claimPort();
  await runProgram([findProgram("git"), "clone", "--quiet", cloneUrl, paths.checkout(name)], environment);
  await writeFile(paths.port(name), `${port}\n`);
  const app = hostApp(parts, name, `http://127.0.0.1:${port}`);
  await runProgram([paths.restart, name], environment);
  await waitUntilItAnswers(app, Number(await readFile(paths.pid(name), "utf8")));
  return app;
}

function hostApp({ paths, environment }: AddAppParts, name: string, url: string): HostApp {
  const directory = paths.checkout(name);
  const pid = () => Number(readFileSync(paths.pid(name), "utf8"));
  return {
    name,
    directory,
    url,
    restart: [paths.restart, name],
    log: paths.log(name),
    runningSha: () => askVersion(url),
    checkedOutSha: () => runProgram([findProgram("git"), "-C", directory, "rev-parse", "HEAD"], environment),
    isRunning: () => isAlive(pid()),
    async stop() {
      const group = pid();
      signal(-group, "SIGKILL");
      if ((await poll(() => !isAlive(group), startDeadlineMs)) === undefined)
        throw new HostError(`the app ${name} does not end`);
    },
    async start() {
      await runProgram([paths.restart, name], environment);
    },
  };
}

async function askVersion(url: string): Promise<string> {
  const response = await fetch(`${url}/version`, { signal: AbortSignal.timeout(2_000) });
  const answer = await response.text();
  if (!/^[0-9a-f]{40}$/.test(answer)) throw new HostError(`${url}/version answered no SHA`, answer);
  return answer;
}

async function waitUntilItAnswers(app: HostApp, pid: number): Promise<void> {
  const answers = () =>
    app.runningSha().then(
      () => true,
      () => false,
    );
  const outcome = await poll(async () => {
    if (await answers()) return "answers";
    return !isAlive(pid) && "ended";
  }, startDeadlineMs);
  if (outcome !== "answers") {
    throw new HostError(`the app ${app.name} does not answer`, await readFile(app.log, "utf8"));
  }
}
