import { join } from "node:path";
import { toShellCommand } from "../../src/execution/quote.js";
import { runToEnd } from "./run-to-end.js";
import type { Subject } from "./subject.js";
import type { World } from "./world.js";

/** The least that anybody could do: one cold OpenSSH client that runs all commands in one go. */
export function plainSsh(world: World): Subject {
  const { sshArguments } = world.sandbox.host;
  return {
    name: "plain ssh",
    deploy: (sha) => runToEnd({ argv: [...sshArguments, allStepsOf(world, sha)] }),
  };
}

/** The same over a connection that OpenSSH keeps open (ControlMaster): what a kept-open connection can save at most. */
export function keptOpenSsh(world: World): Subject {
  const { host, directory } = world.sandbox;
  const control = ["-o", `ControlPath=${join(directory, "control")}`];
  const argv = (options: readonly string[], command: readonly string[]): readonly string[] => {
    const address = host.sshArguments.at(-1) ?? "";
    return [...host.sshArguments.slice(0, -1), ...control, ...options, address, ...command];
  };
  const open = ["-o", "ControlMaster=auto", "-o", "ControlPersist=60"];
  return {
    name: "ssh, connection kept open",
    before: async () => {
      await runToEnd({ argv: argv(open, ["true"]) });
    },
    deploy: (sha) => runToEnd({ argv: argv([], [allStepsOf(world, sha)]) }),
    close: async () => {
      await runToEnd({ argv: argv(["-O", "exit"], []) }).catch(() => undefined);
    },
  };
}

/** In subshells, because the text of a step ends in `exec`; the first one that fails ends the whole. */
function allStepsOf(world: World, sha: string): string {
  return world
    .stepsFor(sha)
    .map((step) => `(${toShellCommand(step)})`)
    .join(" && ");
}
