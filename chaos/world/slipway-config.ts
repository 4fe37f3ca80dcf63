import type { DiscordStandIn } from "../../sandbox/discord/types.js";
import type { STEP_NAMES } from "../oracle/shipped-steps.js";
import type { Lane } from "./lane.js";
import { PROJECT, REPOSITORY } from "./names.js";

/** How soon a worker that fell silent loses its job. Whole seconds. */
export interface Timing {
  readonly lockSeconds: number;
  readonly stalledCheckSeconds: number;
}

export interface ConfigParts {
  readonly discord: DiscordStandIn;
  readonly lanes: readonly Lane[];
  readonly timing: Timing;
  /** Id of the Discord role that may deploy. */
  readonly deployer: string;
  /** Id of the role that may approve: then the last environment needs that. */
  readonly approver?: string;
}

/** The text of `slipway.yaml`, before it becomes YAML. */
export function slipwayConfig({ discord, lanes, timing, deployer, approver }: ConfigParts) {
  const [channel] = lanes.map((lane) => lane.channel.id);
  return {
    language: "en",
    discord: { guild: discord.guildId, channel },
    worker: { lock: `${timing.lockSeconds}s`, stalledCheck: `${timing.stalledCheckSeconds}s` },
    hosts: Object.fromEntries(lanes.map((lane) => [hostName(lane), hostConfig(lane)])),
    projects: {
      [PROJECT]: {
        repository: REPOSITORY,
        environments: Object.fromEntries(
          lanes.map((lane) => [
            lane.environment,
            environmentConfig(lane, deployer, lane === lanes.at(-1) ? approver : undefined),
          ]),
        ),
      },
    },
  };
}

function hostName({ environment }: Lane): string {
  return `host-${environment}`;
}

function hostConfig({ host, link }: Lane) {
  return {
    ...{ address: host.address, port: link.port, user: host.user },
    key: { file: host.privateKeyPath },
    hostKeys: [host.hostKeyFingerprint],
  };
}

function environmentConfig(lane: Lane, deployer: string, approver: string | undefined) {
  const step = (name: (typeof STEP_NAMES)[number]) => ({ title: name, run: lane.oracleStep(name) });
  return {
    hosts: [hostName(lane)],
    channel: lane.channel.id,
    roles: { deploy: [deployer], ...(approver && { approve: [approver] }) },
    ...(approver && { approval: {} }),
    // Each push counts: one that took the place of another would have no steps to judge.
    triggers: { push: lane.environment, replaceWaiting: false },
    outdated: "allow",
    strategy: {
      type: "git",
      directory: lane.checkout,
      before: [step("before-1"), step("before-2")],
      restart: step("restart"),
      after: [step("after-1")],
    },
  };
}
