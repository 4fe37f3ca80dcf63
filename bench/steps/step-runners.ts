import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import type { TargetHost } from "../../sandbox/host/types.js";
import { createDurableRunner } from "../../src/execution/durable/durable-runner.js";
import type { CommandOutcome, RemoteCommand } from "../../src/execution/remote-runner.js";
import { createSshRunner } from "../../src/execution/ssh/create-ssh-runner.js";
import { Secret } from "../../src/secret.js";
import { runToEnd } from "../deployment/run-to-end.js";

/** One way to run a command on the host. */
export interface StepRunner {
  readonly name: string;
  /** @param id new for every step @throws Error unless the command ended well */
  run(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Takes next to no time itself: what is measured is the way to it and back. */
const COMMAND = "echo done";
const ARGV = ["sh", "-c", COMMAND] as const;
const HOST = "bench";

/** Slipway's own two runners over one kept connection: the durable one, and the plain one that a cut link ends. */
export async function slipwayRunners(host: TargetHost): Promise<readonly StepRunner[]> {
  const logger = pino({ level: "silent" });
  const { address, port, user } = host;
  const privateKey = new Secret(await readFile(host.privateKeyPath, "utf8"));
  const hostKeys = [{ kind: "fingerprint" as const, sha256: host.hostKeyFingerprint }];
  const ssh = createSshRunner({ hosts: { [HOST]: { address, port, user, privateKey, hostKeys } }, logger });
  const durable = createDurableRunner({ ssh, logger });
  const command: RemoteCommand = { argv: ARGV, timeoutSeconds: 60 };
  const fence = { key: "bench", token: 1 };
  return [
    {
      name: "Slipway",
      run: async (id) =>
        expectDone(await durable.run(HOST, { ...command, run: { id, fence } }, () => undefined)),
      close: () => durable.close(),
    },
    {
      name: "Slipway, not durable",
      run: async () => expectDone(await ssh.run(HOST, command, () => undefined)),
      close: () => ssh.close(),
    },
  ];
}

/** An OpenSSH client for each step. */
export function plainSsh({ sshArguments }: TargetHost): StepRunner {
  return {
    name: "plain ssh",
    run: async () => void (await runToEnd({ argv: [...sshArguments, COMMAND] })),
    close: async () => undefined,
  };
}

/** The same over a connection that OpenSSH keeps open (ControlMaster). */
export function keptOpenSsh({ sshArguments, directory }: TargetHost): StepRunner {
  const control = ["-o", `ControlPath=${join(directory, "control")}`];
  const open = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60"];
  const address = sshArguments.at(-1) ?? "";
  const client = [...sshArguments.slice(0, -1), ...control];
  return {
    name: "ssh, connection kept open",
    run: async () => void (await runToEnd({ argv: [...client, ...open, address, COMMAND] })),
    close: async () => {
      await runToEnd({ argv: [...client, "-O", "exit", address] }).catch(() => undefined);
    },
  };
}

function expectDone(outcome: CommandOutcome): void {
  if (outcome.kind !== "exited" || outcome.code !== 0) throw new Error(`a step came to ${outcome.kind}`);
}
