import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ComponentType } from "discord-api-types/v10";
import { expect } from "vitest";
import type { MessageView } from "../../sandbox/discord/types.js";
import { isAlive, signal } from "../../sandbox/host/processes.js";
import type { TargetHost } from "../../sandbox/host/types.js";

/** One step of a deployment, as the host knows it. */
export interface HostRun {
  readonly id: string;
  /** Process id of its runner. */
  readonly runner: number;
  /** Process group of its command. */
  readonly group: number;
}

/** The run of the step that has this number in its plan, once its command has begun. */
export async function runOfStep(host: TargetHost, step: number, attempt = 1): Promise<HostRun> {
  const runs = path.join(host.home, ".slipway", "runs");
  const open = () =>
    list(runs).find(
      (id) =>
        id.endsWith(`.${step}.${attempt}`) &&
        isAlive(numberIn(path.join(runs, id, "pid"))) &&
        numberIn(path.join(runs, id, "group")) > 0,
    );
  await expect.poll(open).toBeDefined();
  const id = open() ?? "";
  const read = (name: string) => numberIn(path.join(runs, id, name));
  return { id, runner: read("pid"), group: read("group") };
}

/** Ends the runner as nothing else does: the command loses the process that writes its outcome down. */
export async function killRunner({ runner }: HostRun): Promise<void> {
  signal(runner, "SIGKILL");
  await expect.poll(() => isAlive(runner)).toBe(false);
}

/** The labels of the buttons under a message that can be pressed. */
export function labelsOf({ components }: MessageView): readonly string[] {
  return components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .flatMap((button) => ("label" in button && button.disabled !== true ? [button.label ?? ""] : []));
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** Whole lines of a file that may not be there. */
export function linesOf(file: string): readonly string[] {
  return textOfFile(file).split("\n").filter(Boolean);
}

function list(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

function numberIn(file: string): number {
  return Number(textOfFile(file));
}

function textOfFile(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
