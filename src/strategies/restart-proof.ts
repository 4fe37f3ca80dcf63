import type { RestartProof } from "../config/command-schema.js";
import { readComposeCommand } from "./compose-command.js";
import { PROVEN_CHANGE, PROVEN_COMPOSE } from "./restart-scripts.js";

type Argv = readonly [string, ...string[]];

/** The program that runs a restart and proves it. Without a proof it is the command itself. */
export function provenRestart(run: Argv, proof: RestartProof | undefined): Argv {
  if (proof === false) return run;
  if (proof !== undefined && "run" in proof)
    return ["sh", "-c", PROVEN_CHANGE, "proven-restart", String(proof.run.length), ...proof.run, ...run];
  const known = readComposeCommand(run);
  if (proof === undefined && known === undefined) return run;
  const { file, project, services } = proof?.compose ?? {};
  const options = [
    ...(file === undefined ? [] : ["--file", file]),
    ...(project === undefined ? [] : ["--project-name", project]),
  ];
  const compose = known && options.length === 0 ? known.compose : ["compose", ...options];
  const names = services ?? known?.services ?? [];
  const facts = [known?.asked ?? "up", names.join(" "), String(compose.length)];
  return ["sh", "-c", PROVEN_COMPOSE, "proven-restart", ...facts, ...compose, ...run];
}
