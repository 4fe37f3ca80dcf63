import { pino } from "pino";
import { startGitHub } from "../../../sandbox/github/start-github.js";
import type { GitHubStandIn } from "../../../sandbox/github/types.js";
import { type AppOptions, appFiles } from "../../../sandbox/host/app-files.js";
import { startTargetHost } from "../../../sandbox/host/start-target-host.js";
import type { HostApp, TargetHost } from "../../../sandbox/host/types.js";
import type { EnvironmentConfig } from "../../../src/config/schema.js";
import { Sha } from "../../../src/deployments/release.js";
import { executePlan, type PlanOutcome } from "../../../src/execution/execute-plan.js";
import { createSshRunner, type SshRunner } from "../../../src/execution/ssh/create-ssh-runner.js";
import { createProbers } from "../../../src/health/create-prober.js";
import { planFor } from "../../../src/strategies/plan-for.js";
import { aRelease, configWith, environmentInput, targetOf } from "../../unit/deployments/samples.js";
import { sshHostOf } from "../execution/ssh-fixture.js";

const repository = "acme/shop";

/** A target host with an app that came from a GitHub repository, and the real runner that reaches it. */
export interface DeployFixture {
  readonly github: GitHubStandIn;
  readonly host: TargetHost;
  readonly app: HostApp;
  readonly runner: SshRunner;
  /** @returns the SHA of a new commit of the app */
  commit(app?: Partial<AppOptions>): Promise<Sha>;
  close(): Promise<void>;
}

export async function startDeployFixture(): Promise<DeployFixture> {
  const [github, host] = await Promise.all([startGitHub(), startTargetHost({ name: "web-1" })]);
  await github.createRepository(repository, appFiles({ name: "shop" }));
  const app = await host.addApp("shop", github.cloneUrl(repository));
  const hosts = { "web-1": await sshHostOf(host) };
  const runner = createSshRunner({ hosts, logger: pino({ level: "silent" }) });
  let commits = 0;
  return {
    ...{ github, host, app, runner },
    async commit(options = {}) {
      const files = appFiles({ name: "shop", text: `Change ${++commits}`, ...options });
      return Sha.parse(await github.commit(repository, { branch: "main", message: "Change", files }));
    },
    async close() {
      await runner.close();
      await Promise.all([host.close(), github.close()]);
    },
  };
}

/** An environment of that app, with the strategy's and its own settings changed. */
export function environmentOf(
  { app }: DeployFixture,
  strategy: object = {},
  changes: object = {},
): EnvironmentConfig {
  const health = [{ url: app.url, attempts: 20, interval: "1s", timeout: "5s" }];
  const input = environmentInput({
    health,
    ...changes,
    strategy: {
      type: "git",
      directory: app.directory,
      minimumFreeMegabytes: 1,
      restart: { run: app.restart },
      ...strategy,
    },
  });
  return targetOf(configWith({ uat: input }), "shop", "uat").config;
}

export interface Ran {
  readonly outcome: PlanOutcome;
  /** `fetch:web-1 succeeded`, in order. */
  readonly finished: readonly string[];
  readonly output: string;
}

/** Runs the whole plan for a commit. @param onOutput sees the output as it comes */
export async function run(
  { runner }: DeployFixture,
  environment: EnvironmentConfig,
  sha: Sha,
  onOutput: (output: string) => void = () => undefined,
): Promise<Ran> {
  const finished: string[] = [];
  let output = "";
  const write = (text: string) => {
    output += text;
    onOutput(output);
  };
  const redaction = () => ({ write: (text: string) => text, end: () => "", isEmpty: true });
  const http = { secrets: new Map(), origins: new Set<string>(), now: Date.now };
  const { step } = createProbers({ runner, redaction, ...http });
  const outcome = await executePlan(
    planFor(environment, aRelease({ sha })),
    {
      runner,
      follow: async () => ({ kind: "absent" }),
      probeStep: step,
      secrets: new Map(),
      redaction,
      closing: new AbortController().signal,
    },
    {
      progressOf: () => "pending",
      stepStarted: async () => undefined,
      stepFinished: async (step, failure) => {
        finished.push(`${step.id} ${failure === undefined ? "succeeded" : "failed"}`);
      },
      // As after a first look at the host: what the checkout has counts as what runs.
      rollbackPoint: async () => /^HEAD is ([0-9a-f]{40})$/m.exec(output)?.[1],
      heading: ({ host, id }) => write(`== ${host}: ${id}\n`),
      output: write,
      stopRequested: async () => false,
      diagnosticsStarted: async () => write("== diagnostics\n"),
    },
  );
  return { outcome, finished, output };
}
