import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findOptionalProgram } from "../../sandbox/host/find-program.js";
import type { CommandStep } from "../../src/strategies/step.js";
import { runToEnd } from "./run-to-end.js";
import type { Subject } from "./subject.js";
import type { World } from "./world.js";

/**
 * A playbook with one `command` task a step, without gathering facts.
 * @returns undefined where Ansible is not installed
 */
export async function ansible(world: World): Promise<Subject | undefined> {
  const program = findOptionalProgram("ansible-playbook");
  if (program === undefined) return undefined;
  const folder = join(world.sandbox.directory, "ansible");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "inventory.json"), JSON.stringify(inventory(world)));
  const env = { HOME: folder, ANSIBLE_HOME: folder, ANSIBLE_LOCAL_TEMP: join(folder, "tmp") };
  return {
    name: "Ansible",
    async deploy(sha) {
      await writeFile(join(folder, "playbook.json"), JSON.stringify(playbook(world.stepsFor(sha))));
      return runToEnd({ argv: [program, "-i", "inventory.json", "playbook.json"], cwd: folder, env });
    },
  };
}

function inventory({ sandbox: { host } }: World) {
  const variables = {
    ansible_host: host.address,
    ansible_port: host.port,
    ansible_user: host.user,
    ansible_ssh_private_key_file: host.privateKeyPath,
    ansible_ssh_common_args: `-F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${host.knownHostsPath}`,
    ansible_python_interpreter: "/usr/bin/python3",
  };
  return { all: { hosts: { [host.name]: variables } } };
}

function playbook(steps: readonly CommandStep[]) {
  const tasks = steps.map(({ id, argv, directory }) => ({
    name: id,
    "ansible.builtin.command": { argv, ...(directory !== undefined && { chdir: directory }) },
  }));
  return [{ hosts: "all", gather_facts: false, tasks }];
}
