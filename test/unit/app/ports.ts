import { pino } from "pino";
import type { AdmitParts, WorkQueue } from "../../../src/app/admit-deployment.js";
import type { RefResolver } from "../../../src/app/request-deployment.js";
import type { RunParts } from "../../../src/app/run-deployment.js";
import type { Config } from "../../../src/config/schema.js";
import { LogStore } from "../../../src/deployments/log-store.js";
import type { Target } from "../../../src/deployments/record.js";
import { DeploymentStore } from "../../../src/deployments/store.js";
import type { CommandOutcome, RemoteCommand, RemoteRunner } from "../../../src/execution/remote-runner.js";
import type { RedisFixture } from "../../integration/store/redis-fixture.js";
import { aRelease } from "../deployments/samples.js";

/** Remembers what it was asked for, as a set: adding the same again changes nothing. */
export class MemoryQueues implements WorkQueue {
  readonly deployments = new Set<string>();
  readonly announcements = new Set<string>();
  /** Every call in order. */
  readonly calls: string[] = [];

  async addDeployment(target: Target, id: string): Promise<void> {
    this.calls.push(`deploy ${id}`);
    this.deployments.add(`${target.project}/${target.environment} ${id}`);
  }

  async addAnnouncement(id: string, when: "now" | "soon"): Promise<void> {
    this.calls.push(`announce ${id} ${when}`);
    this.announcements.add(id);
  }
}

/** A fault that a test put into a port. */
export class PlannedFault extends Error {}

/** The same port, whose call with this number (counted from 0) throws: before it does its work, or after. */
export function failingAt<Port extends object>(port: Port, call: number, when: "before" | "after"): Port {
  let calls = 0;
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return async (...args: readonly unknown[]) => {
        const fails = calls++ === call;
        if (fails && when === "before") throw new PlannedFault(String(name));
        const answer: unknown = await Reflect.apply(member, target, args);
        if (fails) throw new PlannedFault(String(name));
        return answer;
      };
    },
  });
}

/** Resolves every ref to the same commit. */
export const resolvingRefs: RefResolver = {
  resolve: async (_repository, ref) => ({ kind: "resolved", release: aRelease({ ref }) }),
};

/** Answers each command with the outcome that the test has for it, success by default. */
export class ScriptedRunner implements RemoteRunner {
  readonly commands: RemoteCommand[] = [];
  readonly #answer: (
    command: RemoteCommand,
    print: (text: string) => void,
  ) => Promise<CommandOutcome | undefined>;

  constructor(
    answer: (command: RemoteCommand, print: (text: string) => void) => Promise<CommandOutcome | undefined>,
  ) {
    this.#answer = answer;
  }

  async run(
    _host: string,
    command: RemoteCommand,
    onOutput: (text: string) => void,
  ): Promise<CommandOutcome> {
    this.commands.push(command);
    return (await this.#answer(command, onOutput)) ?? { kind: "exited", code: 0 };
  }
}

export interface World {
  readonly store: DeploymentStore;
  readonly queues: MemoryQueues;
  readonly parts: AdmitParts & RunParts & { readonly refs: RefResolver; readonly queues: MemoryQueues };
}

/** The use cases' parts over a real Redis. */
export function worldOf(
  fixture: RedisFixture,
  config: Config,
  runner: RemoteRunner = new ScriptedRunner(async () => undefined),
): World {
  const store = new DeploymentStore(fixture.redis);
  const queues = new MemoryQueues();
  const logger = pino({ level: "silent" });
  const redaction = () => ({ write: (text: string) => text, end: () => "" });
  const tools = { runner, redaction, probe: async () => ({ kind: "healthy" as const, status: 200 }) };
  return {
    store,
    queues,
    parts: {
      ...{ config, store, queues, logger, tools },
      logs: new LogStore(fixture.redis),
      refs: resolvingRefs,
      now: Date.now,
    },
  };
}
