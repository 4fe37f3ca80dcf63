import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { startTargetHost } from "../../../../sandbox/host/start-target-host.js";
import type { TargetHost } from "../../../../sandbox/host/types.js";
import {
  createDurableRunner,
  type DurableRunner,
  type DurableRunnerOptions,
} from "../../../../src/execution/durable/durable-runner.js";
import type { CommandOutcome, DurableRun, RemoteCommand } from "../../../../src/execution/remote-runner.js";
import { createSshRunner, type SshRunner } from "../../../../src/execution/ssh/create-ssh-runner.js";
import type { SshHost } from "../../../../src/execution/ssh/ssh-host.js";
import { silent, sshHostOf } from "../ssh-fixture.js";

export interface DurableFixture {
  readonly target: TargetHost;
  readonly host: SshHost;
  readonly durable: DurableRunner;
  /** Another process, as far as the host can tell. */
  another(options?: Partial<DurableRunnerOptions>, host?: SshHost): DurableRunner;
  close(): Promise<void>;
}

export async function startDurableFixture(
  options: Partial<DurableRunnerOptions> = {},
): Promise<DurableFixture> {
  const target = await startTargetHost({ name: "durable" });
  const host = await sshHostOf(target);
  const opened: { durable: DurableRunner; ssh: SshRunner }[] = [];
  const another = (more: Partial<DurableRunnerOptions> = {}, other: SshHost = host): DurableRunner => {
    const ssh = createSshRunner({ hosts: { web: other }, logger: silent });
    const durable = createDurableRunner({ ssh, logger: silent, graceSeconds: 1, ...options, ...more });
    opened.push({ durable, ssh });
    return durable;
  };
  return {
    target,
    host,
    durable: another(),
    another,
    async close() {
      await Promise.all(opened.map(({ durable }) => durable.close()));
      await Promise.all(opened.map(({ ssh }) => ssh.close()));
      await target.close();
    },
  };
}

export function newRunId(): string {
  return randomUUID();
}

export function durably(
  script: string,
  { id = newRunId(), ...run }: Partial<DurableRun> = {},
  options: Partial<RemoteCommand> = {},
): RemoteCommand & { readonly run: DurableRun } {
  return { argv: ["sh", "-c", script], timeoutSeconds: 30, ...options, run: { id, ...run } };
}

export async function collectRun(
  durable: DurableRunner,
  command: RemoteCommand,
): Promise<{ outcome: CommandOutcome; output: string }> {
  let output = "";
  const outcome = await durable.run("web", command, (text: string) => {
    output += text;
  });
  return { outcome, output };
}

export function fileOfRun(target: TargetHost, id: string, name: string): string {
  return path.join(target.home, ".slipway", "runs", id, name);
}

/** Process id of the detached runner of one run. */
export function runnerPid(target: TargetHost, id: string): number {
  return Number(readFileSync(fileOfRun(target, id, "pid"), "utf8"));
}

/** Lines that a step wrote: the facts, read without the runner. */
export function facts(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
