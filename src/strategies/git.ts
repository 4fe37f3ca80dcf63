import { type HealthCheck, healthChecksOf } from "../config/health-checks.js";
import type { CommandConfig, EnvironmentConfig, StrategyConfig } from "../config/schema.js";
import type { StepTitle } from "../deployments/record.js";
import type { Release } from "../deployments/release.js";
import { CHECK_HOST, MOVE_CHECKOUT, SAVE_ROLLBACK_POINT } from "./git-scripts.js";
import { provenRestart } from "./restart-proof.js";
import type { CommandStep, HealthStep, Plan } from "./step.js";

const LOOK_TIMEOUT_SECONDS = 30;

type GitStrategy = Extract<StrategyConfig, { type: "git" }>;

/**
 * Moves the checkout on each host to the exact commit, restarts the application and checks its health.
 * Every host is looked at before the first one is changed; then host after host.
 */
export function planGit(environment: EnvironmentConfig, strategy: GitStrategy, release: Release): Plan {
  const { hosts } = environment;
  return {
    steps: [
      ...hosts.map((host) => checkHost(strategy, host)),
      ...hosts.flatMap((host) => moveHost(strategy, host, release)),
      ...healthChecksOf(environment).map(healthStep),
      ...hosts.flatMap((host) => commands("after", strategy.after, strategy.directory, host)),
    ],
    diagnostics: hosts.flatMap((host) =>
      commands("diagnostics", strategy.diagnostics, strategy.directory, host),
    ),
  };
}

function checkHost(strategy: GitStrategy, host: string): CommandStep {
  const { directory, minimumFreeMegabytes, submodules } = strategy;
  const words = [directory, String(minimumFreeMegabytes), submodules] as const;
  return {
    ...look("check-host", host),
    argv: ["sh", "-c", CHECK_HOST, "check-host", ...words],
    readsCheckout: true,
  };
}

function moveHost(strategy: GitStrategy, host: string, release: Release): readonly CommandStep[] {
  // Submodules are fetched and moved by the script of the move alone, whatever the host's own configuration says.
  const git = ["git", "-c", "submodule.recurse=false", "-C", strategy.directory] as const;
  const reset = [...git, "reset", "--hard", release.sha, "--"] as const;
  return [
    {
      ...look("save-rollback-point", host),
      argv: ["sh", "-c", SAVE_ROLLBACK_POINT, "save-rollback-point", strategy.directory],
      savesRollbackPoint: true,
    },
    {
      ...look("fetch", host),
      argv: [...git, "fetch", "--no-tags", "--no-recurse-submodules", "--", strategy.remote, release.sha],
      timeoutSeconds: strategy.fetchTimeout,
    },
    {
      ...look("checkout", host),
      argv: ["sh", "-c", MOVE_CHECKOUT, "checkout", strategy.directory, strategy.submodules, ...reset],
      timeoutSeconds: strategy.checkoutTimeout,
      effect: "files",
    },
    ...commands("before", strategy.before, strategy.directory, host),
    restartStep(strategy, host),
  ];
}

function restartStep(strategy: GitStrategy, host: string): CommandStep {
  const { restart, directory } = strategy;
  return {
    ...commandStep(`restart:${host}`, restart, directory, host),
    title: restart.title === undefined ? { code: "restart" } : { text: restart.title },
    argv: provenRestart(restart.run, restart.proof),
    effect: "application",
  };
}

function commands(
  phase: string,
  configured: readonly CommandConfig[],
  directory: string,
  host: string,
): readonly CommandStep[] {
  return configured.map((command, index) =>
    commandStep(`${phase}-${index + 1}:${host}`, command, directory, host),
  );
}

function commandStep(id: string, command: CommandConfig, directory: string, host: string): CommandStep {
  return {
    kind: "command",
    id,
    title: { text: command.title ?? command.run.join(" ") },
    host,
    argv: command.run,
    directory,
    timeoutSeconds: command.timeout,
    ...(command.secrets && { secrets: command.secrets }),
  };
}

type GitStepCode = Exclude<Extract<StepTitle, { code: string }>["code"], "health" | "restart">;

function look(code: GitStepCode, host: string) {
  return {
    kind: "command",
    id: `${code}:${host}`,
    title: { code },
    host,
    timeoutSeconds: LOOK_TIMEOUT_SECONDS,
  } as const;
}

function healthStep(check: HealthCheck, index: number): HealthStep {
  return { kind: "health", id: `health-${index + 1}`, title: { code: "health" }, check };
}
