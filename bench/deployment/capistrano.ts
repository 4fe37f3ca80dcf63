import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findOptionalProgram } from "../../sandbox/host/find-program.js";
import { quote, toShellCommand } from "../../src/execution/quote.js";
import type { CommandStep } from "../../src/strategies/step.js";
import { runToEnd } from "./run-to-end.js";
import type { Subject } from "./subject.js";
import type { World } from "./world.js";

const CAPFILE = 'require "capistrano/setup"\n';

const DEPLOY = `require "json"
set :scm, nil
task :steps do
  on roles(:app) do
    JSON.parse(File.read("steps.json")).each { |words| execute(*words) }
  end
end
`;

/**
 * A task that executes the steps one by one, without Capistrano's own release folders and hooks.
 * @returns undefined where Capistrano is not installed
 */
export async function capistrano(world: World): Promise<Subject | undefined> {
  const cap = findOptionalProgram("cap");
  if (cap === undefined) return undefined;
  const folder = join(world.sandbox.directory, "capistrano");
  await mkdir(join(folder, "config/deploy"), { recursive: true });
  await writeFile(join(folder, "Capfile"), CAPFILE);
  await writeFile(join(folder, "config/deploy.rb"), DEPLOY);
  await writeFile(join(folder, "config/deploy/bench.rb"), stage(world));
  return {
    name: "Capistrano",
    async deploy(sha) {
      await writeFile(join(folder, "steps.json"), JSON.stringify(world.stepsFor(sha).map(wordsOf)));
      return runToEnd({ argv: [cap, "bench", "steps"], cwd: folder, env: { HOME: folder } });
    },
  };
}

/** Capistrano joins the lines of a first word with semicolons, which breaks a script; the words after it stay whole. */
function wordsOf(step: CommandStep): readonly string[] {
  const [program, ...rest] = step.argv;
  return step.directory === undefined
    ? [program, ...rest.map((word) => quote([word]))]
    : [toShellCommand(step)];
}

/** JSON strings are Ruby strings too as long as nothing in them starts an interpolation. */
function stage({ sandbox: { host } }: World): string {
  const text = (value: string): string => JSON.stringify(value).replaceAll("#", "\\#");
  return `server ${text(host.address)}, user: ${text(host.user)}, port: ${host.port}, roles: %w[app], ssh_options: {
  keys: [${text(host.privateKeyPath)}], keys_only: true, config: false, auth_methods: %w[publickey],
  user_known_hosts_file: ${text(host.knownHostsPath)}, verify_host_key: :always
}
`;
}
